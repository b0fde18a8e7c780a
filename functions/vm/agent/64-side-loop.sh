# ---- the side loop ---------------------------------------------------------------------------------------------------
# Beside the command: progress, the bucket kept up to date, the fence.

# While the command runs: counts executed cells, keeps log and notebook in the bucket up to date, so that an interrupted
# run leaves what it had, and looks whether the control plane has given the attempt up.
run_side_loop() {
  local stop='' word='' checked=$SECONDS
  who=side counted=''
  while [ -z "$stop" ]; do
    word=''
    read -r -t "$meta_progress_seconds" word <&4 || true
    if [ "$word" = checkpoint ]; then
      keep_checkpoint last
      : >"$private/checkpoint-kept"
      continue
    fi
    stop=$word
    count_cells || true # a full disk or a folder that is gone ends no watch
    if [ -n "$stop" ] || is_orphaned; then
      end_saver
      return 0
    fi
    keep_checkpoint
    if is_news "$log" || is_news "$notebook_path" || [ "$((SECONDS - checked))" -ge "$meta_heartbeat_seconds" ]; then
      checked=$SECONDS
      upload_progress || true
    fi
    if [ -e "$private/closed" ]; then
      end_saver
      stop_closed_command
      return 0
    fi
  done
}

# Was the file written since its last upload began? In doubt, yes: some shells compare whole seconds. A link may lead to
# what is no result.
is_news() {
  [ -f "$1" ] && [ ! -L "$1" ] && ! [ "$private/uploaded" -nt "$1" ]
}

# Executed cells: distinct execution marks (a result repeats its cell's), counted where the runner saves as it goes.
count_cells() {
  local count
  if ! is_news "$notebook_path"; then return 0; fi
  count=$(grep -oE '"(execution_count|prompt_number)" *: *[0-9]+' "$notebook_path" 2>/dev/null | sort -u | wc -l) || true
  count=$((count))
  if [ "$count" = "$counted" ] || [ "$count$counted" = 0 ]; then return 0; fi
  counted=$count
  printf 'cells %s\n' "$count" >&3 # needs no file, so that a full disk does not silence the machine
  printf '%s\n' "$count" >"$private/cells" # for shutdown.sh
}

# The mark is set before the files are read: what is written meanwhile is newer than it.
upload_progress() {
  local send_log=false send_notebook=false
  if is_news "$log"; then send_log=true; fi
  if is_news "$notebook_path"; then send_notebook=true; fi
  begin_transfers
  : >"$private/uploaded"
  add_download "${prefix}closed"
  if $send_log; then
    steady_copy "$log" "$work/log-$who"
    add_upload "${prefix}results/log.txt" "$REPLY"
  fi
  if $send_notebook; then add_upload "${prefix}results/${notebook##*/}" "$notebook_path"; fi
  run_transfers
  if [ "${codes[1]:-000}" = 200 ]; then : >"$private/closed"; fi
}

stop_closed_command() {
  local pid=''
  note 'the attempt was closed: ending the command'
  if [ -f "$private/group" ]; then read -r pid <"$private/group" || true; fi
  if [ -z "$pid" ]; then return 0; fi
  kill -TERM -- "-$pid" 2>/dev/null || true
  pause 10
  kill -KILL -- "-$pid" 2>/dev/null || true
}

# The machine goes down: what the command kept last is saved first.
keep_last_checkpoint() {
  if [ -n "$side" ]; then printf 'checkpoint\n' >&4; fi
}

# Waits for a transfer under way: cut off, it could still overtake the final upload.
stop_side_loop() {
  if [ -z "$side" ]; then return 0; fi
  printf 'stop\n' >&4
  wait "$side" || true
  rm -f "$private/checkpoint-mark"
  side=''
}
