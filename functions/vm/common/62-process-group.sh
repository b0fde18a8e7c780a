# ---- process groups --------------------------------------------------------------------------------------------------
# Process groups with a time limit, which end with all processes that they started.

keeps_group=false # whether processes may stay after their group's command: services that it starts for a later one

# Runs a function in its own process group, so that the time limit or another process of the agent can end it with all
# processes that it started. Sets group_exit and timed_out.
run_in_group() {
  local limit=$1
  shift
  if $keeps_group; then run_beside lead_group "$@"; else run_beside "$@"; fi
  group=$REPLY
  write_groups
  watch_limit "$limit" &
  watchdog=$!
  if [ -e "$private/fenced" ]; then kill -TERM -- "-$group" 2>/dev/null || true; fi
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

# The first process of a group whose processes may stay. While it runs, no other group gets the same number, and processes
# that join the group later can be ended with it. It writes the exit code, and ends with its group or with the agent.
lead_group() {
  local exit=0
  trap - ERR
  trap : TERM INT HUP
  ("$@") || exit=$?
  trap 'exit 0' TERM INT HUP
  printf '%s\n' "$exit" >&8
  until is_agent_gone; do pause 5; done
}

# Sets group_exit to the exit code that lead_group writes. lead_group may have been killed with its group.
wait_for_led() {
  while :; do
    read_word 8 1
    group_exit=$REPLY
    if [ -n "$group_exit" ]; then return 0; fi
    if ! kill -0 "$group" 2>/dev/null; then
      group_exit=137
      return 0
    fi
    kind_waiting
  done
}

# Keeps the group for a later command. Fails if the system does not show which processes are in it.
keep_group() {
  case $(count_members "$group") in
    0) return 1 ;;
    1) # only the leader
      kill -KILL "$group" 2>/dev/null || true
      wait "$group" 2>/dev/null || true
      ;;
    *)
      note 'processes are left running for a later command'
      kept_group=$group
      ;;
  esac
}

# Writes down the groups of the user's processes: other processes of the agent may have to end them.
write_groups() {
  if [ ! -d "$private" ]; then return 0; fi
  printf '%s\n' "$group" >"$private/group"
  printf '%s\n' "$kept_group" >"$private/kept-group"
}

# Signals the user's processes, from any process of the agent.
signal_groups() {
  local file pid
  for file in "$private/group" "$private/kept-group"; do
    pid=''
    if [ -f "$file" ]; then read -r pid <"$file" || true; fi
    if [ -n "$pid" ]; then kill "-$1" -- "-$pid" 2>/dev/null || true; fi
  done
}

# Prints how many processes a group has; 0 if the system does not show it.
count_members() {
  local file stat count=0
  if [ ! -r /proc/self/stat ]; then
    # shellcheck disable=SC2009 # pgrep is not POSIX
    ps -A -o pgid= 2>/dev/null | grep -c "^ *$1 *$" || true
    return 0
  fi
  for file in /proc/[0-9]*/stat; do
    stat=''
    { IFS= read -r -d '' stat <"$file"; } 2>/dev/null || true # the process may have ended
    # proc(5): after the name, which may hold anything, come state, parent and group.
    # shellcheck disable=SC2086 # fields
    set -- "$1" ${stat##*) }
    if [ "${4:-}" = "$1" ] && [ "$2" != Z ]; then count=$((count + 1)); fi
  done
  printf '%s\n' "$count"
}

# Ends the group at its limit: TERM, time to save, KILL. It ends itself only after reading a line from descriptor 6, so that
# no such line is left there for the next group. A signal would not do: a shell that was just forked may lose it, or run the
# agent's own traps.
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

# Ends the processes that a command left in its group: they must not write into results that are being saved. The wait
# is limited, as a zombie that no process reaps keeps its group alive for ever.
end_group() {
  local try
  if ! kill -0 -- "-$1" 2>/dev/null; then return 0; fi
  note 'ending processes that the command left running'
  kill -TERM -- "-$1" 2>/dev/null || true
  for try in 1 2 3 4 5 6 7 8 9 10; do
    if ! kill -0 -- "-$1" 2>/dev/null; then return 0; fi
    sleep 0.1
  done
  kill -KILL -- "-$1" 2>/dev/null || true
}

# Ends the processes that were left running for a later command.
end_kept_group() {
  if [ -n "$kept_group" ]; then end_group "$kept_group"; fi
  kept_group=''
  write_groups
}

# Ends leftover processes that left the group, such as a daemon with its own session. They are found by a variable of their
# environment ($1, NAME=value) on systems that show it. A process that hides this as well ends with its VM.
end_leftover_processes() {
  local try pids
  for try in 1 2 3 4 5 6 7 8 9 10; do
    pids=$(grep -l -F -e "$1" /proc/[0-9]*/environ 2>/dev/null) || true
    pids=${pids//\/proc\//} pids=${pids//\/environ/}
    if [ -z "$pids" ]; then return 0; fi
    if [ "$try" -eq 1 ]; then note 'ending leftover processes of the command'; fi
    # shellcheck disable=SC2086 # a list of numbers
    kill "-$([ "$try" -le 3 ] && echo TERM || echo KILL)" $pids 2>/dev/null || true
    sleep 0.1
  done
}
