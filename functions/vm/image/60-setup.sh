# ---- the setup -------------------------------------------------------------------------------------------------------
# The user's text, in an empty folder.

phase_setup() {
  local setup
  enter_phase setup
  if begin_secrets "$meta_setup_secrets"; then
    decode_text "$meta_setup_64"
    setup=$REPLY
    mkdir -p "$repo"
    run_user_shell "$meta_setup_seconds" "$setup"
    end_leftover_processes "MYMLOPS_BUILD=$meta_build"
    end_mask
    judge_setup
  fi
  stop_side_loop
  send_last_log
}

# Sets the failure where the setup has not succeeded. If the VM is going down, that is why, and this does not return.
judge_setup() {
  if $timed_out; then
    fail_with timed-out "The setup did not end within its time limit of $meta_setup_seconds s. Raise --max-time."
  elif [ "$group_exit" -ne 0 ]; then
    leave_if_going_down
    last_line
    fail_with setup-failed "exit code $group_exit. Last line: ${REPLY:-none}"
  fi
}

kind_environment() {
  export MYMLOPS_BUILD="$meta_build"
}
