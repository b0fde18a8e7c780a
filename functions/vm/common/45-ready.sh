# ---- ready -----------------------------------------------------------------------------------------------------------
# At the end of boot the user's ready_command is tried until it succeeds: CUDA, for example, is not ready right after boot.

# Runs ready_command in the project's folder, which is still empty. Between tries it saves the log and checks the fence.
wait_until_ready() {
  local ready last='' ends
  set_elapsed
  ends=$((elapsed + READY_SECONDS))
  report # the VM has booted, although its first phase goes on
  decode_text "$meta_ready_64"
  ready=$REPLY
  mkdir -p "$repo"
  until is_past "$ends"; do
    run_user_shell "$((ends - elapsed))" "$ready"
    if $timed_out; then break; fi
    if [ "$group_exit" -eq 0 ]; then return 0; fi
    last=$group_exit
    leave_if_going_down
    kind_save || true
    leave_if_fenced
    pause "$READY_PAUSE_SECONDS"
  done
  fail_ready "$last"
}

# $1: the exit code of the last try that ended by itself; empty if none did. The time limit may have ended the last try.
fail_ready() {
  timed_out=false
  if [ -z "$1" ]; then
    fail_with "$ready_reason" "ready_command did not end within its time limit of $READY_SECONDS s."
  else
    fail_with "$ready_reason" "ready_command did not succeed within $READY_SECONDS s; its last exit code was $1."
  fi
}
