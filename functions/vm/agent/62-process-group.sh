# ---- process groups --------------------------------------------------------------------------------------------------
# A process group with a time limit, ended with all that it started.

# Runs a function as a process group of its own, so that it can be ended, by its time limit or another process of the
# agent, with all that it started. Sets group_exit and timed_out.
run_in_group() {
  local limit=$1
  shift
  set -m
  "$@" &
  group=$!
  set +m
  printf '%s\n' "$group" >"$private/group"
  watch_limit "$limit" &
  watchdog=$!
  if [ -e "$private/closed" ]; then kill -TERM -- "-$group" 2>/dev/null || true; fi
  group_exit=0 timed_out=false
  wait "$group" || group_exit=$?
  printf 'stop\n' >&6
  wait "$watchdog" || true
  watchdog=''
  end_group
  if [ -e "$private/timed-out" ]; then
    timed_out=true
    rm -f "$private/timed-out"
  fi
}

# Ends the group at its limit: TERM, time to save, KILL. Ends itself when told to, and only then, so that the word
# never waits for the next one. A signal will not do: a shell just forked may lose it, or run the agent's own traps.
watch_limit() {
  local stop=''
  read -r -t "$1" stop <&6 || true
  if [ -n "$stop" ]; then return 0; fi
  if [ ! -d "$private" ]; then mkdir -p "$private"; fi
  : >"$private/timed-out"
  kill -TERM -- "-$group" 2>/dev/null || true
  read -r -t "$TERM_GRACE_SECONDS" stop <&6 || true
  if [ -n "$stop" ]; then return 0; fi
  kill -KILL -- "-$group" 2>/dev/null || true
  read -r _ <&6
}

# What the command left running must not write into results that are being published. Bounded: a zombie that nobody
# reaps keeps a group alive for ever.
end_group() {
  local try
  if [ -d "$private" ]; then : >"$private/group"; fi
  if kill -0 -- "-$group" 2>/dev/null; then
    note 'ending what the command left running'
    kill -TERM -- "-$group" 2>/dev/null || true
    for try in 1 2 3 4 5 6 7 8 9 10; do
      if ! kill -0 -- "-$group" 2>/dev/null; then break; fi
      sleep 0.1
    done
    kill -KILL -- "-$group" 2>/dev/null || true
  fi
  group=''
}

# Ends what left the group: a daemon, a session of its own. It is known by the environment that it was started with,
# where a system shows that; what hides better ends with its machine.
end_strays() {
  local try pids
  for try in 1 2 3 4 5 6 7 8 9 10; do
    pids=$(grep -l -F -e "MYMLOPS_PARAMS=$params" /proc/[0-9]*/environ 2>/dev/null) || true
    pids=${pids//\/proc\//} pids=${pids//\/environ/}
    if [ -z "$pids" ]; then return 0; fi
    if [ "$try" -eq 1 ]; then note 'ending what left the command behind'; fi
    # shellcheck disable=SC2086 # a list of numbers
    kill "-$([ "$try" -le 3 ] && echo TERM || echo KILL)" $pids 2>/dev/null || true
    sleep 0.1
  done
}
