# ---- the end of a run ------------------------------------------------------------------------------------------------
# An error of the agent itself, and the run's part of the state.

# If the outcome is written, only the publication has failed.
kind_fail() {
  if $outcome_written; then
    set_publication "mymlops: $1"
    return 0
  fi
  stop_side_loop
  command_ran=false
  report_internal_failure "$1"
  if ! $claimed; then return 0; fi
  # In another process: whatever ends it, this one goes on and powers the VM off.
  (
    collect_results
    upload_results
    write_outcome
  )
  if [ ! -e "$private/complete" ]; then return 1; fi # without an outcome another attempt may follow
  state_outcome=true
}

# The run's part of the state: image, command, outcome, publication.
kind_state() {
  REPLY="${vm_image:+,\"image\":\"$vm_image\"}"
  REPLY="$REPLY${state_command:+,\"command\":$state_command}${state_outcome:+,\"outcome\":$state_outcome}"
  REPLY="$REPLY${state_publication:+,\"publication\":$state_publication}"
}
