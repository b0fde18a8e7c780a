# ---- the fence -------------------------------------------------------------------------------------------------------
# A VM that was given up does nothing more: the control plane creates the object `closed` under its prefix before it gives
# the VM up.

leave_quietly() {
  note "leaving: $1"
  quiet=true
  exit 0
}

# An insert that was frozen makes a VM that nobody waits for any more; whoever decides has long looked elsewhere. Where the
# time is not known, the fence has to do: a clock that is off would end the run as lost.
leave_if_stale() {
  case $meta_decided_at in
    '' | *[!0-9]*) return 0 ;;
  esac
  metadata_seconds
  if [ -n "$REPLY" ] && [ "$((REPLY - meta_decided_at))" -gt "$STALE_SECONDS" ]; then
    leave_quietly "this VM was decided on $((REPLY - meta_decided_at)) s ago"
  fi
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
