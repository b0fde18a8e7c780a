# ---- the way through -------------------------------------------------------------------------------------------------
# From boot to power-off. Any end goes through on_exit.

main() {
  detect_vm
  leave_if_started_again
  make_folders
  start_clock
  enter_phase boot
  settle_system
  require_tools
  choose_decoder
  read_instance_metadata
  set_boot_id
  open_kept
  if ! is_step_done source && [ -n "$meta_source_object" ]; then
    run_beside fetch_bundles "$meta_source_object"
    bundle_fetch=$REPLY
  fi
  claim_vm
  read_services
  write_settings
  start_reporter
  start_helpers
  keep_token
  if ! is_step_done source; then phase_source; fi
  if [ -z "$failure_reason" ] && [ -n "$meta_setup_64" ] && ! is_step_done setup; then phase_setup; fi
  if [ -z "$failure_reason" ]; then phase_start; fi
  if [ -n "$failure_reason" ]; then stay_failed; fi
  keep_services
}

# The agent's processes that watch while the main one runs the user's texts.
start_helpers() {
  run_beside send_logs
  sender=$REPLY
  run_beside run_poller
  poller=$REPLY
  run_beside run_judge
  judge=$REPLY
}

main
