# ---- claim -----------------------------------------------------------------------------------------------------------
# The fence: one boot of one VM executes an attempt, and none once it is closed.

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

# An insert that was frozen makes a VM that nobody waits for any more; whoever decides has long looked elsewhere. Where the
# time is not known, the fence has to do: a clock that is off would end the run as lost.
leave_if_stale() {
  case $meta_decided_at in
    '' | *[!0-9]*) return 0 ;;
  esac
  metadata_seconds
  if [ -n "$REPLY" ] && [ "$((REPLY - meta_decided_at))" -gt "$STALE_SECONDS" ]; then
    leave_quietly "the attempt was decided $((REPLY - meta_decided_at)) s ago"
  fi
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

leave_quietly() {
  note "leaving: $1"
  quiet=true
  exit 0
}

leave_if_closed() {
  if [ -e "$private/closed" ]; then leave_quietly 'the attempt was closed'; fi
}

# Right before the command: what came before it may have taken long. A bucket that does not answer holds nothing up; the
# side loop goes on asking.
look_for_closed() {
  begin_transfers
  add_download "${prefix}closed"
  run_transfers
  if [ "${codes[1]:-000}" = 200 ]; then leave_quietly 'the attempt was closed'; fi
}
