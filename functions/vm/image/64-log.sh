# ---- the log ---------------------------------------------------------------------------------------------------------
# What the setup says is sent while it runs. The process beside it looks for the fence as well.

run_side_loop() {
  local word='' checked
  who=side
  set_elapsed
  checked=$elapsed
  while [ "$word" != stop ]; do
    read_word 4 "$meta_progress_seconds"
    word=$REPLY
    if [ "$word" = stop ] || is_agent_gone; then return 0; fi
    set_elapsed
    if is_log_due || [ "$((elapsed - checked))" -ge "$meta_heartbeat_seconds" ]; then
      checked=$elapsed
      send_log || true # a slow network or a full disk must not end this loop
    fi
    if [ -e "$private/fenced" ]; then
      stop_fenced_setup
      return 0
    fi
  done
}

# Whether the log has grown since it was sent, and that is long enough ago: it is sent whole each time.
is_log_due() {
  local size
  size=$(wc -c <"$log") || return 1
  size=$((size))
  if [ "$size" = "$log_sent_size" ] || [ "$size" -eq 0 ]; then return 1; fi
  if [ -z "$log_sent_at" ]; then return 0; fi
  upload_pause "$size"
  [ "$((elapsed - log_sent_at))" -gt "$REPLY" ]
}

# Sends the log, and looks for the fence. Fails if the log may not have been taken. A call has a limit, so that a later one never
# overtakes it.
send_log() {
  local size copy limits=$transfer_limits
  size=$(wc -c <"$log") || return 1
  steady_copy "$log" "$work/log-$who"
  copy=$REPLY
  transfer_limits="$transfer_limits${NEWLINE}max-time = $LOG_SECONDS"
  begin_transfers
  add_download "$prefix$FENCED_OBJECT"
  add_upload "${prefix}log.txt" "$copy"
  run_transfers
  transfer_limits=$limits
  rm -f "$work/log-$who"
  if [ "${codes[1]:-000}" = 200 ]; then : >"$private/fenced"; fi
  if [ "${codes[2]:-000}" != 200 ]; then return 1; fi
  set_elapsed
  log_sent_size=$((size)) log_sent_at=$elapsed
}

# The log as it is at the end. A VM that cannot send it goes on: the log is a help, and no part of the image.
send_last_log() {
  begin_tries "$LOG_SECONDS"
  until send_log; do
    leave_if_fenced
    if ! next_try; then
      note 'the log could not be sent'
      return 0
    fi
  done
  leave_if_fenced
}

stop_fenced_setup() {
  note 'this VM is fenced: ending the setup'
  signal_groups TERM
  pause 10
  signal_groups KILL
}

# An upload that has begun ends first: the bucket would else save it after the last one.
stop_side_loop() {
  if [ -z "$side" ]; then return 0; fi
  printf 'stop\n' >&4
  wait "$side" || true
  side=''
}

kind_end_processes() {
  printf 'stop\n' >&4
}

kind_save() {
  send_log
}

kind_save_last() {
  stop_side_loop
  send_log || true
}
