# ---- the fence -------------------------------------------------------------------------------------------------------
# A VM that the control plane has given up must do nothing more. Before giving it up, the control plane creates the object
# FENCED_OBJECT under the VM's prefix. $private/fenced notes that the object was seen.

# Ends the agent without a report.
leave_quietly() {
  note "leaving: $1"
  quiet=true
  exit 0
}

# A function that was frozen for long may create a VM that is not wanted any more, as the control plane has decided otherwise
# meanwhile. If the metadata server's time is unknown, only the fence protects: with a wrong clock of its own, a wanted VM
# would leave, and would count as lost.
leave_if_stale() {
  case $meta_decided_at in
    '' | *[!0-9]*) return 0 ;;
  esac
  metadata_seconds
  if [ -n "$REPLY" ] && [ "$((REPLY - meta_decided_at))" -gt "$STALE_SECONDS" ]; then
    leave_quietly "this VM was decided on $((REPLY - meta_decided_at)) s ago"
  fi
}

leave_if_fenced() {
  if [ -e "$private/fenced" ]; then leave_quietly 'this VM is fenced'; fi
}

# Looks for the fence once, right before the command, as the phases before it may have taken long. If the bucket does not
# answer, the command begins nevertheless, and the kind looks again meanwhile.
look_for_fence() {
  begin_transfers
  add_download "$prefix$FENCED_OBJECT"
  run_transfers
  if [ "${codes[1]:-000}" = 200 ]; then leave_quietly 'this VM is fenced'; fi
}
