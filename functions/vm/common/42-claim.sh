# ---- claim -----------------------------------------------------------------------------------------------------------
# Only one boot of one VM does the work: the one that creates the claim.

# The control plane creates the fence before it gives a VM up, and looks for the claim afterwards. The agent creates the
# claim first and looks for the fence afterwards. So at least one of them sees the other.
claim_work() {
  leave_if_stale
  printf '{"v":1,"vmId":"%s","boot":"%s"}\n' "$vm_id" "$boot" >"$private/claim" ||
    leave_quietly 'the claim could not be written: the disk is full'
  begin_tries "$BOOT_SECONDS"
  while :; do
    begin_transfers
    add_upload "${prefix}claim" "$private/claim" '&ifGenerationMatch=0'
    add_download "${prefix}claim"
    add_download "$prefix$FENCED_OBJECT"
    run_transfers
    if [ "${codes[3]:-000}" = 200 ]; then leave_quietly 'this VM is fenced'; fi
    if [ "${codes[1]:-000}" = 412 ] && ! is_own_claim; then leave_quietly 'the work is claimed by another boot'; fi
    case "${codes[1]:-000} ${codes[3]:-000}" in
      '200 404' | '412 404') return ;;
    esac
    note "claim not settled: HTTP ${codes[*]}"
    next_try || die "the work could not be claimed: HTTP ${codes[1]:-000} ${codes[3]:-000}${refusal:+. $refusal}"
  done
}

# Whether the claim in the bucket is this boot's: the answer to its creation may have been lost. If the claim cannot be read,
# this is not settled, and the claim is tried again.
is_own_claim() {
  if [ "${codes[2]:-000}" != 200 ]; then
    codes[1]=000
    return 0
  fi
  answer_path 2
  read_file "$REPLY"
  json_field "$REPLY" boot
  [ "$REPLY" = "$boot" ]
}
