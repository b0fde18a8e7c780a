# ---- the end of a run ------------------------------------------------------------------------------------------------
# An error of the agent itself ends the run.

# A run whose outcome is written has only its publication to lose.
kind_fail() {
  if $outcome_written; then
    set_publication "mymlops: $1"
    return 0
  fi
  stop_side_loop
  command_ran=false
  report_internal_failure "$1"
  if ! $claimed; then return 0; fi
  # In a process of its own: whatever ends it, this one goes on to power the machine off.
  (
    collect_results
    upload_results
    write_outcome
  )
  if [ ! -e "$private/complete" ]; then return 1; fi # without an outcome another attempt may follow
  state_outcome=true
}

# How far the run is, beside its phase and its failure.
kind_state() {
  REPLY="${state_command:+,\"command\":$state_command}${state_outcome:+,\"outcome\":$state_outcome}"
  REPLY="$REPLY${state_publication:+,\"publication\":$state_publication}"
}
