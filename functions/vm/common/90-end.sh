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
  local name pid
  for name in $helper_names; do
    pid=${!name}
    if [ -n "$pid" ]; then kill -KILL "$pid" 2>/dev/null; fi
  done
  power_off
}

# An error of the agent itself.
report_own_failure() {
  local message=${error_message:-"agent.sh line $error_line: $error_command: exit code $1"}
  note "$message"
  if [ -z "$boot" ]; then return 0; fi # without metadata there is nobody to tell
  if [ -n "$group" ]; then end_group "$group"; fi
  end_setup_group
  if kind_fail "$message"; then linger; fi
}

# What fails while its VM is taken away was interrupted: no outcome, so that another attempt follows. What
# there is of log and notebook is kept.
leave_if_going_down() {
  if [ ! -e "$private/going-down" ]; then
    metadata_curl --max-time 5 -o "$private/preempted" "$METADATA/preempted" || return 0
    read_file "$private/preempted"
    if [ "${REPLY:0:4}" != TRUE ]; then return 0; fi
  fi
  note 'a failure while the machine is going down: an interruption'
  kind_save_last
  quiet=true
  printf 'final\n' >&3
  wait "$reporter" || true
  exit 0
}
