# ---- small tools -----------------------------------------------------------------------------------------------------
# Notes, waits, timestamps, files.

# Writes a line into the agent's own log, with the seconds since the start: a date would cost a process. On Compute Engine also
# on the serial console, which is all that shows why a VM without rights or network does nothing.
note() {
  printf '[%4ss %s] %s\n' "$SECONDS" "$who" "$*"
  if $on_gce; then { printf 'mymlops: [%4ss %s] %s\r\n' "$SECONDS" "$who" "$*" >/dev/console; } 2>/dev/null || true; fi
}

# Ends the agent with a message, which the EXIT trap reports.
die() {
  error_message=$1
  exit 1
}

# Waits whole seconds without starting a process: nothing ever writes to descriptor 5.
pause() {
  read -r -t "$1" _ <&5 || true
}

# Reads a line that another process of the agent writes to descriptor $1, for at most $2 seconds. REPLY: the line, or
# nothing. bash can stop waiting in the middle of a line, so the rest is read afterwards. (A bash older than 4 loses the
# first part.)
read_word() {
  local rest=''
  REPLY=''
  if IFS= read -r -t "$2" REPLY <&"$1" || [ -z "$REPLY" ]; then return 0; fi
  IFS= read -r rest <&"$1"
  REPLY=$REPLY$rest
}

# Sets `seconds`, which jumps with the time of day. Only the ages of tokens are measured with it.
set_seconds() {
  seconds=$SECONDS
}

# Sets `now` to a timestamp. bash 5 has milliseconds without starting a process; date(1) has whole seconds on every system.
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

# REPLY: the whole content of a file, or nothing if it is absent.
read_file() {
  REPLY=''
  if [ -f "$1" ]; then IFS= read -r -d '' REPLY <"$1" || true; fi
}

# REPLY: the line that a file holds. Another process may be writing it at this moment: a line without its end is read again.
read_line() {
  local try=0
  until IFS= read -r REPLY <"$1"; do
    try=$((try + 1))
    if [ "$try" -gt 1000 ]; then return 1; fi
  done
}

# Removes files and folders. Most often there are none, and then no process is started.
remove_any() {
  local path
  for path in "$@"; do
    if [ -e "$path" ] || [ -L "$path" ]; then
      rm -rf "$@"
      return
    fi
  done
}

# Runs a function of the agent in the background, in its own process group, so that its transfers end with it. REPLY: the
# group.
run_beside() {
  set -m
  "$@" &
  REPLY=$!
  set +m
}
