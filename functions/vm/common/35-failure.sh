# ---- failures --------------------------------------------------------------------------------------------------------
# Failures that are not errors of the user's own command.

# Notes a failure for the user to see: reason, message. What follows must check failure_reason.
fail_with() {
  message_text "$2"
  failure_reason=$1 failure_message=$REPLY
  printf 'mymlops: %s\n' "$failure_message" >>"$log"
  note "failed: $1: $failure_message"
}

# Puts the failure into the next report.
set_failure_state() {
  base64_of "$failure_message"
  state_failure="{\"reason\":\"$failure_reason\",\"message64\":\"$REPLY\"}"
}

# Reports an error of the agent itself.
report_internal_failure() {
  fail_with internal "$1"
  set_failure_state
  if [ -z "$reporter" ]; then start_reporter; fi
  report
}
