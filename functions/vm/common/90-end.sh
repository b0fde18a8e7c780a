# ---- the end ---------------------------------------------------------------------------------------------------------
# Every way out of the agent.

# Repeats the last report until the VM is deleted. When nobody does that, the machine is powered off: the second line.
linger() {
  report final
  wait "$reporter" || true
  reporter=''
}

# The machine or its stand-in wants us gone: no outcome, nothing said.
leave_for_signal() {
  quiet=true
  exit 143
}

# Whatever happened: nobody waits for a VM that has nothing more to say.
on_exit() {
  if [ "$BASH_SUBSHELL" -gt 0 ]; then return 0; fi # a child that was ended before it had shed this trap
  trap - EXIT ERR
  set +e
  if ! $quiet && ! $finished; then report_own_failure "$1"; fi
  if [ -n "$group" ]; then kill -TERM -- "-$group" 2>/dev/null; fi
  end_setup_group
  local pid
  for pid in "$reporter" "$side" "$watchdog" "$bundle_fetch"; do
    if [ -n "$pid" ]; then kill -KILL "$pid" 2>/dev/null; fi
  done
  power_off
}

# An error of the agent itself. A run whose outcome is written has only its publication to lose.
report_own_failure() {
  local message=${error_message:-"agent.sh line $error_line: $error_command: exit code $1"}
  note "$message"
  if [ -z "$boot" ]; then return 0; fi # without metadata there is nobody to tell
  if [ -n "$group" ]; then end_group "$group"; fi
  end_setup_group
  if $outcome_written; then
    set_publication "mymlops: $message"
  else
    stop_side_loop
    fail_run internal "$message"
    command_ran=false
    base64_of "$failure_message"
    state_failure="{\"reason\":\"internal\",\"message64\":\"$REPLY\"}"
    if [ -z "$reporter" ]; then start_reporter; fi
    report
    if $claimed; then
      # In a process of its own: whatever ends it, this one goes on to power the machine off.
      (
        collect_results
        upload_results
        write_outcome
      )
      if [ ! -e "$private/complete" ]; then return 0; fi # without an outcome another attempt may follow
      state_outcome=true
    fi
  fi
  linger
}
