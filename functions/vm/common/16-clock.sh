# ---- the clock -------------------------------------------------------------------------------------------------------
# Limits count the time that has really passed for the agent. SECONDS does not: it follows the time of day, which jumps when
# the computer sleeps or its clock is set. A wait with `read -t` does not jump. So one process of the agent waits again and
# again, and notes by how much more or less SECONDS has moved. /proc/uptime would not do: it counts the time asleep, and a Mac
# has none.

readonly CLOCK_STEP_SECONDS=2
readonly JUMP_SECONDS=30 # a smaller jump changes no limit by much
readonly CLOCK_PATIENCE_STEPS=15

# Sets `elapsed`: the seconds since the agent began, without jumps.
set_elapsed() {
  local line=''
  if [ -s "$private/jumped" ]; then IFS= read -r line <"$private/jumped" || line=''; fi
  case ${line#-} in
    '' | *[!0-9]*) ;;
    *) jumped=$line ;;
  esac
  set_seconds
  elapsed=$((seconds - jumped))
}

# Whether `elapsed` has reached $1. Before it says so, the clock's process has had time to notice a jump.
is_past() {
  set_elapsed
  if [ "$elapsed" -lt "$1" ]; then return 1; fi
  if [ "$1" = "$known_past" ]; then return 0; fi
  await_clock
  set_elapsed
  if [ "$elapsed" -lt "$1" ]; then return 1; fi
  known_past=$1
}

# Returns when the clock's process has ended a step that began after now: by then it has noted any jump before. On a busy
# computer that process may be late.
await_clock() {
  local first left=$CLOCK_PATIENCE_STEPS
  read_steps
  first=$steps
  while [ "$left" -gt 0 ]; do
    pause "$CLOCK_STEP_SECONDS"
    left=$((left - 1))
    read_steps
    if [ "$steps" -ge "$((first + 2))" ]; then return 0; fi
  done
}

# Sets `steps`: how many the clock's process has ended; 0 where its file does not tell.
read_steps() {
  steps=0
  local line=''
  if [ -s "$private/steps" ]; then IFS= read -r line <"$private/steps" || line=''; fi
  case $line in
    '' | *[!0-9]*) ;;
    *) steps=$line ;;
  esac
}

start_clock() {
  watch_clock &
  clock=$!
}

watch_clock() {
  local before moved ended=0
  who=clock
  while :; do
    set_seconds
    before=$seconds
    pause "$CLOCK_STEP_SECONDS"
    if is_agent_gone; then return 0; fi
    set_seconds
    moved=$((seconds - before - CLOCK_STEP_SECONDS))
    if [ "${moved#-}" -gt "$JUMP_SECONDS" ]; then
      jumped=$((jumped + moved))
      note "the clock of the computer jumped by $moved s, or the computer was asleep"
    fi
    if [ "$jumped" -ne 0 ]; then keep_jump || true; fi
    ended=$((ended + 1))
    if [ -d "$private" ]; then printf '%s\n' "$ended" >"$private/steps" || true; fi
  done
}

# A command may have deleted the file. On a full disk it is not written anew: that would empty it.
keep_jump() {
  local line=''
  if [ -s "$private/jumped" ]; then IFS= read -r line <"$private/jumped" || true; fi
  if [ "$line" = "$jumped" ]; then return 0; fi
  if [ ! -d "$private" ]; then mkdir -p "$private" || return 1; fi
  printf '%s\n' "$jumped" >"$private/jumped"
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
