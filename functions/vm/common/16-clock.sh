# ---- the clock -------------------------------------------------------------------------------------------------------
# Limits count the time that has really passed for the agent. SECONDS does not: it follows the time of day, which jumps when
# the computer sleeps or its clock is set. A wait with `read -t` does not jump. So one process of the agent waits again and
# again, and keeps the time in a file: all others read it there, so that no two readings differ by a jump. /proc/uptime would
# not do: it counts the time asleep, and a Mac has none.

readonly CLOCK_STEP_SECONDS=1
readonly JUMP_SECONDS=30   # a smaller jump changes no limit by much
readonly CLOCK_PATIENCE=30

# Sets `elapsed`: the seconds since the agent began, without jumps; it may be a few seconds late. Where the clock's process or its
# file is gone, or says nothing new (the command may have ended, stopped or deleted it; the disk may take no writes), SECONDS goes on
# from the last reading.
set_elapsed() {
  local line='' last=$elapsed_at
  set_seconds
  elapsed_at=$seconds
  if [ -n "$clock" ] && kill -0 "$clock" 2>/dev/null && [ -s "$private/elapsed" ]; then
    IFS= read -r line <"$private/elapsed" || line=''
  fi
  case $line in
    '' | *[!0-9]*) ;;
    *)
      if is_clock_silent "$line" "$last"; then line=''; fi
      ;;
  esac
  case $line in
    '' | *[!0-9]*) if [ "$seconds" -gt "$last" ]; then elapsed=$((elapsed + seconds - last)); fi ;;
    *) elapsed=$((10#$line)) ;;
  esac
}

# Whether the clock has said nothing but $1 at CLOCK_PATIENCE readings, each in another second. $2: SECONDS at the last reading.
is_clock_silent() {
  if [ "$1" != "$clock_said" ]; then
    clock_said=$1 clock_repeats=0
  elif [ "$seconds" != "$2" ]; then
    clock_repeats=$((clock_repeats + 1))
  fi
  [ "$clock_repeats" -ge "$CLOCK_PATIENCE" ]
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

# Writes over the file and does not cut it first: on a full disk it would stay empty. All its texts are of one length. A file that
# cannot be written would say the same for ever: it goes.
keep_elapsed() {
  if [ ! -d "$private" ]; then mkdir -p "$private" || return 1; fi
  if ! { printf '%010d\n' "$elapsed" 1<>"$private/elapsed"; } 2>/dev/null; then
    rm -f "$private/elapsed" 2>/dev/null
    return 1
  fi
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
