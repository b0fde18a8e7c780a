# ---- process groups --------------------------------------------------------------------------------------------------
# A process group with a time limit, ended with all that it started.

keeps_group=false # the group may leave processes running: those that setup starts serve the command

# Runs a function as a process group of its own, so that it can be ended, by its time limit or another process of the
# agent, with all that it started. Sets group_exit and timed_out.
run_in_group() {
  local limit=$1
  shift
  if $keeps_group; then run_beside lead_group "$@"; else run_beside "$@"; fi
  group=$REPLY
  write_groups
  watch_limit "$limit" &
  watchdog=$!
  if [ -e "$private/closed" ]; then kill -TERM -- "-$group" 2>/dev/null || true; fi
  group_exit=0 timed_out=false
  if $keeps_group; then wait_for_led; else wait "$group" || group_exit=$?; fi
  printf 'stop\n' >&6
  wait "$watchdog" || true
  watchdog=''
  if ! $keeps_group || [ -e "$private/timed-out" ] || ! keep_group; then end_group "$group"; fi
  group=''
  write_groups
  if [ -e "$private/timed-out" ]; then
    timed_out=true
    rm -f "$private/timed-out"
  fi
}

# The first process of a group that outlives what was run in it: while it is there, no other group gets its number, and
# whatever joins the group can be ended with it. It tells the exit code, and ends with the group or the agent.
lead_group() {
  local exit=0
  trap - ERR
  trap : TERM INT HUP
  ("$@") || exit=$?
  trap 'exit 0' TERM INT HUP
  printf '%s\n' "$exit" >&8
  until is_orphaned; do pause 5; done
}

# Sets group_exit to what lead_group tells. It may have been killed with its group.
wait_for_led() {
  while :; do
    read_word 8 1
    group_exit=$REPLY
    if [ -n "$group_exit" ]; then return 0; fi
    if ! kill -0 "$group" 2>/dev/null; then
      group_exit=137
      return 0
    fi
  done
}

# Fails where a group cannot be kept, as the system does not tell who is in it.
keep_group() {
  case $(count_members "$group") in
    0) return 1 ;;
    1) # nobody but the leader
      kill -KILL "$group" 2>/dev/null || true
      wait "$group" 2>/dev/null || true
      ;;
    *)
      note 'setup left processes running for the command'
      setup_group=$group
      ;;
  esac
}

# The groups of the user's processes, for the agent's other processes, which may have to end them.
write_groups() {
  if [ ! -d "$private" ]; then return 0; fi
  printf '%s\n' "$group" >"$private/group"
  printf '%s\n' "$setup_group" >"$private/setup-group"
}

# Signals the user's processes, from whichever process of the agent.
signal_groups() {
  local file pid
  for file in "$private/group" "$private/setup-group"; do
    pid=''
    if [ -f "$file" ]; then read -r pid <"$file" || true; fi
    if [ -n "$pid" ]; then kill "-$1" -- "-$pid" 2>/dev/null || true; fi
  done
}

# Prints how many processes a group has; 0 where the system does not tell.
count_members() {
  local file stat count=0
  if [ ! -r /proc/self/stat ]; then
    # shellcheck disable=SC2009 # pgrep is not POSIX
    ps -A -o pgid= 2>/dev/null | grep -c "^ *$1 *$" || true
    return 0
  fi
  for file in /proc/[0-9]*/stat; do
    stat=''
    { IFS= read -r -d '' stat <"$file"; } 2>/dev/null || true # it may have ended
    # proc(5): after the name, which may hold anything, come state, parent and group.
    # shellcheck disable=SC2086 # fields
    set -- "$1" ${stat##*) }
    if [ "${4:-}" = "$1" ] && [ "$2" != Z ]; then count=$((count + 1)); fi
  done
  printf '%s\n' "$count"
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
  if ! kill -0 -- "-$1" 2>/dev/null; then return 0; fi
  note 'ending what the command left running'
  kill -TERM -- "-$1" 2>/dev/null || true
  for try in 1 2 3 4 5 6 7 8 9 10; do
    if ! kill -0 -- "-$1" 2>/dev/null; then return 0; fi
    sleep 0.1
  done
  kill -KILL -- "-$1" 2>/dev/null || true
}

# Processes that setup started serve the command, and end with it.
end_setup_group() {
  if [ -n "$setup_group" ]; then end_group "$setup_group"; fi
  setup_group=''
  write_groups
}

# Ends what left the group: a daemon, a session of its own. It is known by a variable of the environment that it was started
# with, $1, where a system shows that; what hides better ends with its machine.
end_strays() {
  local try pids
  for try in 1 2 3 4 5 6 7 8 9 10; do
    pids=$(grep -l -F -e "$1" /proc/[0-9]*/environ 2>/dev/null) || true
    pids=${pids//\/proc\//} pids=${pids//\/environ/}
    if [ -z "$pids" ]; then return 0; fi
    if [ "$try" -eq 1 ]; then note 'ending what left the command behind'; fi
    # shellcheck disable=SC2086 # a list of numbers
    kill "-$([ "$try" -le 3 ] && echo TERM || echo KILL)" $pids 2>/dev/null || true
    sleep 0.1
  done
}
