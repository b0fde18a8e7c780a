# ---- claim -----------------------------------------------------------------------------------------------------------
# One boot of one VM executes an attempt.

# Only one boot of one VM executes an attempt: whoever creates the claim. The control plane creates `closed` before it
# gives an attempt up, and looks for the claim after; we do it the other way round, so that one of us sees the other.
claim_attempt() {
  leave_if_stale
  printf '{"v":1,"instance":"%s","boot":"%s"}\n' "$instance" "$boot" >"$private/claim"
  begin_tries "$BOOT_SECONDS"
  while :; do
    begin_transfers
    add_upload "${prefix}claim" "$private/claim" '&ifGenerationMatch=0'
    add_download "${prefix}claim"
    add_download "${prefix}closed"
    run_transfers
    if [ "${codes[3]:-000}" = 200 ]; then leave_quietly 'the attempt is closed'; fi
    if [ "${codes[1]:-000}" = 412 ] && ! is_claim_ours; then leave_quietly 'the attempt is claimed by another boot'; fi
    case "${codes[1]:-000} ${codes[3]:-000}" in
      '200 404' | '412 404') return ;;
    esac
    note "claim not settled: HTTP ${codes[*]}"
    next_try || die "the attempt could not be claimed: HTTP ${codes[1]:-000} ${codes[3]:-000}"
  done
}

# The answer to our own claim may have been lost on its way. Unreadable: not ours to run yet, but no proof either.
is_claim_ours() {
  if [ "${codes[2]:-000}" != 200 ]; then
    codes[1]=000
    return 0
  fi
  answer_path 2
  read_file "$REPLY"
  json_field "$REPLY" boot
  [ "$REPLY" = "$boot" ]
}
