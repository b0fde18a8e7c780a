# ---- process groups --------------------------------------------------------------------------------------------------
# A process group with a time limit, ended with all that it started.

keeps_group=false # the group may leave processes running: those that setup starts serve the command

# Runs a function as a process group of its own, so that it can be ended, by its time limit or another process of the
# agent, with all that it started. Sets group_exit and timed_out.
run_in_group() {
  local limit=$1
  shift
  run_beside "$@"
  group=$REPLY
  write_groups
  watch_limit "$limit" &
  watchdog=$!
  if [ -e "$private/closed" ]; then kill -TERM -- "-$group" 2>/dev/null || true; fi
  group_exit=0 timed_out=false
  wait "$group" || group_exit=$?
  printf 'stop\n' >&6
  wait "$watchdog" || true
  watchdog=''
  if $keeps_group && [ ! -e "$private/timed-out" ] && setup_members=$(list_group "$group"); then
    note 'setup left processes running for the command'
    setup_group=$group
  else
    end_group "$group"
  fi
  group=''
  write_groups
  if [ -e "$private/timed-out" ]; then
    timed_out=true
    rm -f "$private/timed-out"
  fi
}

# The groups of the user's processes, for the agent's other processes, which may have to end them.
write_groups() {
  if [ ! -d "$private" ]; then return 0; fi
  printf '%s\n' "$group" >"$private/group"
  printf '%s\n' "$setup_group" "$setup_members" >"$private/setup-group"
}

# Signals the user's processes, from whichever process of the agent.
signal_groups() {
  local pid='' members=''
  if [ -f "$private/group" ]; then read -r pid <"$private/group" || true; fi
  if [ -n "$pid" ]; then kill "-$1" -- "-$pid" 2>/dev/null || true; fi
  read_file "$private/setup-group"
  pid=${REPLY%%"$NEWLINE"*} members=${REPLY#*"$NEWLINE"}
  if is_group_of "$pid" "$members"; then kill "-$1" -- "-$pid" 2>/dev/null || true; fi
}

# Prints the members of a process group, with the times at which they were started: on Linux in ticks since the boot, which
# no change of the clock moves. Fails where there is none.
list_group() {
  local file stat found=1
  if [ ! -r /proc/self/stat ]; then
    # shellcheck disable=SC2009 # pgrep is not POSIX, and says nothing of times
    ps -A -o pgid= -o pid= -o lstart= 2>/dev/null | grep -E "^ *$1 "
    return
  fi
  for file in /proc/[0-9]*/stat; do
    stat=''
    { IFS= read -r -d '' stat <"$file"; } 2>/dev/null || true # it may have ended
    # proc(5): state, parent, group after the name, which may hold anything; the 20th field after it is the start.
    # shellcheck disable=SC2086 # fields
    set -- "$1" ${stat##*) }
    if [ "${4:-}" = "$1" ] && [ "$2" != Z ]; then
      printf '%s %s\n' "$file" "${21}"
      found=0
    fi
  done
  return "$found"
}

# Does a group hold one of these members still? The first process of setup's group has ended: once the group is empty, its
# number may go to a group of somebody else's.
is_group_of() {
  local line
  if [ -z "$1" ]; then return 1; fi
  while IFS= read -r line; do
    case "$NEWLINE$2$NEWLINE" in *"$NEWLINE$line$NEWLINE"*) return 0 ;; esac
  done < <(list_group "$1")
  return 1
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

# What setup started serves the command, and ends with it.
end_setup_group() {
  if is_group_of "$setup_group" "$setup_members"; then end_group "$setup_group"; fi
  setup_group='' setup_members=''
  write_groups
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
