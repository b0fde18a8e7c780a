# ---- the way through -------------------------------------------------------------------------------------------------
# From boot to power-off. Any earlier end goes through on_exit.

main() {
  detect_vm
  leave_if_started_again
  make_folders
  start_clock
  enter_phase boot
  boot_at=$now
  settle_system
  require_tools
  choose_decoder
  read_run_metadata
  set_boot_id
  fetch_bundles "$meta_source_object" &
  bundle_fetch=$!
  claim_work
  claimed=true
  prepare_command
  start_reporter
  if [ -n "$meta_ready_64" ]; then wait_until_ready; fi
  if [ -z "$failure_reason" ]; then phase_source; fi
  run_side_loop &
  side=$!
  if [ -z "$failure_reason" ] && [ -n "$meta_setup_64" ]; then phase_setup; fi
  if [ -z "$failure_reason" ]; then phase_execute; fi
  phase_publish
  publish_to_git
  wait_for_deletion
  finished=true
}

main
