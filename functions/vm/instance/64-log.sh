# ---- the log of an instance ------------------------------------------------------------------------------------------
# Its newest part is sent while it grows. The process beside the others that sends it looks for the fence as well.

log_sent_at='' log_sent_size='' # of this process: when it sent the log last, and its size then
readonly LOG_TAIL_BYTES=2000000
readonly LOG_BYTES=50000000     # a longer log is cut: an instance may run for weeks
readonly LOG_SECONDS=120        # how long an upload may take

send_logs() {
  local checked=0
  who=sender
  while :; do
    pause "$meta_progress_seconds"
    if is_agent_gone; then return 0; fi
    set_elapsed
    if is_log_due || [ "$((elapsed - checked))" -ge "$meta_heartbeat_seconds" ]; then
      checked=$elapsed
      send_log || true # a slow network or a full disk must not end this loop
    fi
    if [ -e "$private/fenced" ]; then
      note 'this VM is fenced'
      leave_now
      return 0
    fi
  done
}

# Whether the log has changed since it was sent, and that is long enough ago.
is_log_due() {
  local size
  size=$(wc -c <"$log" 2>/dev/null) || return 1
  size=$((size))
  if [ "$size" = "$log_sent_size" ] || [ "$size" -eq 0 ]; then return 1; fi
  if [ -z "$log_sent_at" ]; then return 0; fi
  upload_pause "$size"
  [ "$((elapsed - log_sent_at))" -ge "$REPLY" ]
}

# Sends the end of the log, and looks for the fence.
send_log() {
  local size limits=$transfer_limits
  size=$(wc -c <"$log") || return 1
  if ! tail -c "$LOG_TAIL_BYTES" "$log" >"$work/log-$who"; then : >"$work/log-$who" || return 1; fi
  transfer_limits="$transfer_limits${NEWLINE}max-time = $LOG_SECONDS"
  begin_transfers
  add_download "$prefix$FENCED_OBJECT"
  add_upload "${prefix}log.txt" "$work/log-$who"
  run_transfers
  transfer_limits=$limits
  if [ "${codes[1]:-000}" = 200 ]; then : >"$private/fenced"; fi
  if [ "${codes[2]:-000}" != 200 ]; then return 1; fi
  set_elapsed
  log_sent_size=$((size)) log_sent_at=$elapsed
  if [ "$log_sent_size" -gt "$LOG_BYTES" ]; then cp "$work/log-$who" "$log"; fi # all write at its end
  rm -f "$work/log-$who"
}

kind_save() {
  send_log
}

kind_save_last() {
  send_log || true
}
