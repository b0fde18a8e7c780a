# ---- the end of a build ----------------------------------------------------------------------------------------------
# The build's part of the state, and an error of the agent itself.

kind_state() {
  REPLY="${state_scrubbed:+,\"scrubbed\":$state_scrubbed}"
}

# Reports the failure of the setup, or of what came before it, and waits.
end_failed() {
  set_failure_state
  report
  wait_for_deletion
}

# A disk that may be half scrubbed is not one that may become an image.
kind_fail() {
  state_scrubbed=''
  stop_side_loop
  report_internal_failure "$1"
}
