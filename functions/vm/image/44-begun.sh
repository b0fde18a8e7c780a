# ---- a boot in the middle --------------------------------------------------------------------------------------------
# Half a setup must not become an image: a VM that boots again fails, and says so.

# Looks for a claim of an earlier boot of this VM before it claims. Sets the failure if there is one.
fail_if_begun() {
  begin_tries "$BOOT_SECONDS"
  while :; do
    begin_transfers
    add_download "${prefix}claim"
    add_download "$prefix$FENCED_OBJECT"
    run_transfers
    if [ "${codes[2]:-000}" = 200 ]; then leave_quietly 'this VM is fenced'; fi
    case ${codes[1]:-000} in
      200) break ;;
      404) return 0 ;;
    esac
    if ! next_try; then return 0; fi # the claim is tried as well
  done
  answer_path 1
  read_file "$REPLY"
  json_field "$REPLY" vmId
  if [ "$REPLY" != "$vm_id" ]; then leave_quietly 'the work is claimed by another VM'; fi
  fail_with setup-failed 'The VM was started again in the middle of the setup, so its disk is not used. Build it again.'
  set_failure_state
}
