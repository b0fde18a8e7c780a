# ---- claim of an instance --------------------------------------------------------------------------------------------
# One VM has the name and the number, and each of its boots goes on with the work. So the claim names the VM, and not the boot.

# As claim_work does it: the claim is created first, and the fence is looked for afterwards. A VM that was never claimed may be one
# that a function decided on long ago. The disk of one that was is not touched by that: its user starts it again after months.
claim_vm() {
  if [ ! -e "$kept/claimed" ]; then leave_if_stale; fi
  printf '{"v":1,"vmId":"%s"}\n' "$vm_id" >"$private/claim" || leave_quietly 'the claim could not be written: the disk is full'
  begin_tries "$BOOT_SECONDS"
  while :; do
    begin_transfers
    add_upload "${prefix}claim" "$private/claim" '&ifGenerationMatch=0'
    add_download "${prefix}claim"
    add_download "$prefix$FENCED_OBJECT"
    run_transfers
    if [ "${codes[3]:-000}" = 200 ]; then leave_quietly 'this VM is fenced'; fi
    # A VM that was made again on the disk of one that was deleted has another id. Its disk shows that the instance is its own.
    if [ "${codes[1]:-000}" = 412 ] && [ ! -e "$kept/claimed" ] && ! is_claim_of_vm; then leave_quietly 'the instance is claimed by another VM'; fi
    case "${codes[1]:-000} ${codes[3]:-000}" in
      '200 404' | '412 404') break ;;
    esac
    note "claim not settled: HTTP ${codes[*]}"
    next_try || die "the instance could not be claimed: HTTP ${codes[1]:-000} ${codes[3]:-000}${refusal:+. $refusal}"
  done
  : >"$kept/claimed" || true # a full disk: its user can make room
}

# Whether the claim in the bucket names this VM. If it cannot be read, this is not settled, and the claim is tried again.
is_claim_of_vm() {
  if [ "${codes[2]:-000}" != 200 ]; then
    codes[1]=000
    return 0
  fi
  answer_path 2
  read_file "$REPLY"
  json_field "$REPLY" vmId
  [ "$REPLY" = "$vm_id" ]
}
