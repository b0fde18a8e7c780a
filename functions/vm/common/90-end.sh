# ---- the end ---------------------------------------------------------------------------------------------------------
# Every way out of the agent, and when it powers its own VM off.

# Repeats the last report until the control plane deletes the VM. If it is not deleted, this returns, and the VM is powered
# off.
wait_for_deletion() {
  report final
  wait "$reporter" || true
  reporter=''
}

# Sends the last report until it is taken, for a VM that is then powered off at once.
wait_for_delivery() {
  report last
  wait "$reporter" || true
  reporter=''
}

# The system or the local cloud ends the agent, which then reports nothing.
leave_for_signal() {
  quiet=true
  exit 143
}

# Every exit of the agent comes here. A VM without a working agent is powered off.
on_exit() {
  if [ "$BASH_SUBSHELL" -gt 0 ]; then return 0; fi # a child process that was ended before it had removed this trap
  trap - EXIT ERR
  set +e
  if ! $quiet && ! $finished; then report_own_failure "$1"; fi
  if [ -n "$group" ]; then kill -TERM -- "-$group" 2>/dev/null; fi
  end_kept_group
  kind_leave
  local name pid
  for name in $helper_names; do
    pid=${!name}
    if [ -n "$pid" ]; then kill -KILL "$pid" 2>/dev/null; fi
  done
  power_off
}

# Reports an error of the agent itself.
report_own_failure() {
  local message=${error_message:-"agent.sh line $error_line: $error_command: exit code $1"}
  note "$message"
  if [ -z "$boot" ]; then return 0; fi # without metadata no report can be sent
  if [ -n "$group" ]; then end_group "$group"; fi
  end_kept_group
  if kind_fail "$message"; then wait_for_deletion; fi
}

# Called after a failure. If the VM is being preempted or shut down, the failure is an interruption: the agent saves the
# results so far and reports no end, so that another VM may follow.
leave_if_going_down() {
  if [ ! -e "$private/going-down" ]; then
    metadata_curl --max-time 5 -o "$private/preempted" "$METADATA/preempted" || return 0
    read_file "$private/preempted"
    if [ "${REPLY:0:4}" != TRUE ]; then return 0; fi
  fi
  note 'a failure while the VM is going down: an interruption'
  kind_save_last
  quiet=true
  printf 'final\n' >&3
  wait "$reporter" || true
  exit 0
}
