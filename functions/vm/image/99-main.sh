# ---- the way through -------------------------------------------------------------------------------------------------
# From boot to power-off. Any earlier end goes through on_exit.

main() {
  detect_vm
  leave_if_started_again
  make_folders
  start_clock
  enter_phase boot
  settle_system
  require_tools
  choose_decoder
  read_build_metadata
  set_boot_id
  write_settings
  fail_if_begun
  if [ -z "$failure_reason" ]; then claim_work; fi
  start_reporter
  if [ -z "$failure_reason" ]; then
    run_side_loop &
    side=$!
    phase_setup
  fi
  if [ -n "$failure_reason" ]; then
    end_failed
  else
    phase_scrub
    wait_for_delivery
  fi
  finished=true
}

main
