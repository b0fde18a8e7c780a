# ---- failures --------------------------------------------------------------------------------------------------------
# What the user sees of a failure that is no error of the user's own command.

# Ends the attempt before its command, for the user to see. Not an error of the agent.
fail_with() {
  message_text "$2"
  failure_reason=$1 failure_message=$REPLY
  printf 'mymlops: %s\n' "$failure_message" >>"$log"
  note "failed: $1: $failure_message"
}

# For the next report.
set_failure_state() {
  base64_of "$failure_message"
  state_failure="{\"reason\":\"$failure_reason\",\"message64\":\"$REPLY\"}"
}

# The agent itself failed: $1.
report_internal_failure() {
  fail_with internal "$1"
  set_failure_state
  if [ -z "$reporter" ]; then start_reporter; fi
  report
}
