# ---- the clock -------------------------------------------------------------------------------------------------------
# Limits count the time that has really passed for the agent. SECONDS does not: it follows the time of day, which jumps when
# the computer sleeps or its clock is set. A wait with `read -t` does not jump. So one process of the agent waits again and
# again, and keeps the time in a file: all others read it there, so that no two readings differ by a jump. /proc/uptime would
# not do: it counts the time asleep, and a Mac has none.

readonly CLOCK_STEP_SECONDS=1
readonly JUMP_SECONDS=30 # a smaller jump changes no limit by much

# Sets `elapsed`: the seconds since the agent began, without jumps, a step late at most. Where the clock's process or its file
# is gone (the command ended or deleted it), SECONDS goes on from the last reading.
set_elapsed() {
  local line='' last=$elapsed_at
  set_seconds
  elapsed_at=$seconds
  if [ -n "$clock" ] && kill -0 "$clock" 2>/dev/null && [ -s "$private/elapsed" ]; then
    IFS= read -r line <"$private/elapsed" || line=''
  fi
  case $line in
    '' | *[!0-9]*) elapsed=$((elapsed + seconds - last)) ;;
    *) elapsed=$((10#$line)) ;;
  esac
}

# Whether `elapsed` has reached $1.
is_past() {
  set_elapsed
  [ "$elapsed" -ge "$1" ]
}

start_clock() {
  set_elapsed
  keep_elapsed || true
  watch_clock &
  clock=$!
}

watch_clock() {
  local before moved
  who=clock
  set_seconds
  while :; do
    before=$seconds
    pause "$CLOCK_STEP_SECONDS"
    if is_agent_gone; then return 0; fi
    set_seconds
    moved=$((seconds - before - CLOCK_STEP_SECONDS))
    if [ "${moved#-}" -gt "$JUMP_SECONDS" ]; then
      note "the clock of the computer jumped by $moved s, or the computer was asleep"
      moved=0
    fi
    elapsed=$((elapsed + CLOCK_STEP_SECONDS + moved))
    keep_elapsed || true
  done
}

# Writes over the file and does not cut it first: on a full disk it would stay empty. All its texts are of one length.
keep_elapsed() {
  if [ ! -d "$private" ]; then mkdir -p "$private" || return 1; fi
  printf '%010d\n' "$elapsed" 1<>"$private/elapsed"
}

# Begins tries that end after $1 seconds. A number of tries would not fit: an outage has no fixed length.
begin_tries() {
  set_elapsed
  tries=0 tries_end=$((elapsed + $1))
}

# Waits before the next try, longer each time. Fails when the time is over.
next_try() {
  if is_past "$tries_end"; then return 1; fi
  tries=$((tries + 1))
  pause "$((tries < 15 ? tries : 15))"
}
