# ---- small tools -----------------------------------------------------------------------------------------------------
# Notes, waits, tries, the clock, files.

# The agent's own log. Seconds since the start: a date costs a process.
note() {
  printf '[%4ss %s] %s\n' "$SECONDS" "$who" "$*"
}

# Ends the agent with a sentence; the EXIT trap reports it.
die() {
  error_message=$1
  exit 1
}

# Waits whole seconds without a process of its own: nobody ever writes to descriptor 5.
pause() {
  read -r -t "$1" _ <&5 || true
}

# REPLY: the line that another process of the agent writes to a descriptor, or nothing after so many seconds. bash gives up
# a wait also in the middle of a line: the rest of it follows at once. (One older than 4 drops what it had read.)
read_word() {
  local rest=''
  REPLY=''
  if IFS= read -r -t "$2" REPLY <&"$1" || [ -z "$REPLY" ]; then return 0; fi
  IFS= read -r rest <&"$1"
  REPLY=$REPLY$rest
}

# Tries are over after a time, not after a number: an outage lasts as long as it lasts.
begin_tries() {
  tries=0 tries_end=$((SECONDS + $1))
}

# Waits for the next try, longer each time. Fails when the time is over.
next_try() {
  if [ "$SECONDS" -ge "$tries_end" ]; then return 1; fi
  tries=$((tries + 1))
  pause "$((tries < 15 ? tries : 15))"
}

# Sets `now`. bash 5 knows milliseconds without a process, date(1) only whole seconds everywhere.
set_now() {
  if [ -n "${EPOCHREALTIME:-}" ]; then
    local clock=$EPOCHREALTIME
    TZ=UTC0 printf -v now '%(%Y-%m-%dT%H:%M:%S)T' "${clock%.*}"
    clock=${clock#*.}
    now="$now.${clock:0:3}Z"
  else
    now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  fi
}

# REPLY: the whole file, or nothing.
read_file() {
  REPLY=''
  if [ -f "$1" ]; then IFS= read -r -d '' REPLY <"$1" || true; fi
}

# REPLY: the one line of a file that another process of the agent may be writing: without its end it is read again.
read_line() {
  local try=0
  until IFS= read -r REPLY <"$1"; do
    try=$((try + 1))
    if [ "$try" -gt 1000 ]; then return 1; fi
  done
}

# Runs a function of the agent beside everything else, as a process group of its own, so that its transfers end with it.
# REPLY: the group.
run_beside() {
  set -m
  "$@" &
  REPLY=$!
  set +m
}
