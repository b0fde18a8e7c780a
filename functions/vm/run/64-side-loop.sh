# ---- the side loop ---------------------------------------------------------------------------------------------------
# The process beside the command: how often progress and log are sent, and the fence.

# While the command runs, this counts executed cells, uploads log and notebook when they change, so that an interrupted run
# leaves its results so far, and checks the fence. It waits for no transfer: other processes make them.
run_side_loop() {
  local stop='' word='' checked
  set_elapsed
  who=side counted='' checked=$elapsed
  while [ -z "$stop" ]; do
    read_word 4 "$meta_progress_seconds"
    word=$REPLY
    if [ "$word" = checkpoint ]; then
      keep_checkpoint last
      : >"$private/checkpoint-kept"
      continue
    fi
    if [ "$word" = stop ]; then stop=$word; fi
    count_cells || true # a full disk or a deleted folder must not end this loop
    if [ -n "$stop" ] || is_agent_gone; then
      end_uploads
      return 0
    fi
    keep_checkpoint
    set_elapsed
    if is_due log || is_due notebook || [ "$((elapsed - checked))" -ge "$meta_heartbeat_seconds" ]; then
      if start_progress_upload; then checked=$elapsed; fi
    fi
    if [ -e "$private/fenced" ]; then
      end_uploads
      stop_fenced_command
      return 0
    fi
  done
}

# Fails while the upload before is still running: a slow network must hold up nothing else.
start_progress_upload() {
  if [ -n "$progress_uploader" ] && kill -0 "$progress_uploader" 2>/dev/null; then return 1; fi
  run_beside upload_progress_beside
  progress_uploader=$REPLY
}

# Wakes the side loop if the VM is fenced.
upload_progress_beside() {
  who='progress-uploader'
  upload_progress || true
  if [ -e "$private/fenced" ]; then printf 'fenced\n' >&4; fi
}

# Ends an upload in progress. The bucket may already have all bytes of the ended upload, and would save it after the agent's
# last one; it refuses that, as the upload names the generation that it replaces.
end_uploads() {
  end_checkpoint_upload
  if [ -n "$progress_uploader" ]; then
    kill -KILL -- "-$progress_uploader" 2>/dev/null || true
    wait "$progress_uploader" 2>/dev/null || true
    progress_uploader=''
  fi
}

# Whether the log or the notebook was written since its last upload began. In doubt, yes: some shells compare whole seconds. A
# link is never sent: it may point to a file that is not a result.
is_news() {
  local file=$log
  if [ "$1" = notebook ]; then file=$notebook_path; fi
  [ -f "$file" ] && [ ! -L "$file" ] && ! [ "$private/uploaded-$1" -nt "$file" ]
}

# Whether the log or the notebook is to be sent: it is sent whole each time, so the larger it is, the less often. The agent's last
# upload is always due.
is_due() {
  local file=$log size
  is_news "$1" || return 1
  if [ "$who" = main ]; then return 0; fi
  if [ "$1" = notebook ]; then file=$notebook_path; fi
  size=$(wc -c <"$file") || return 1
  upload_pause "$((size))"
  if [ "$REPLY" -eq 0 ] || ! [ -f "$private/sent-$1" ]; then return 0; fi
  local pause=$REPLY
  read_line "$private/sent-$1" || return 0
  [ "$((elapsed - REPLY))" -gt "$pause" ]
}

# Reports how many cells have ended, for runners that save the notebook after each cell. The mark is set before the file is
# read, so that a file which changes meanwhile is read again.
count_cells() {
  local news=true
  if [ "$private/counted" -nt "$notebook_path" ] || [ ! -f "$notebook_path" ] || [ -L "$notebook_path" ]; then news=false; fi
  if ! $news; then return 0; fi
  : >"$private/counted" || true # without the mark, on a full disk, the notebook is read each time
  if ! count_ended "$notebook_path" || [ "$REPLY" = "$counted" ]; then return 0; fi
  counted=$REPLY
  printf 'progress "cells":%s\n' "$counted" >&3 # needs no file, so that a VM with a full disk can still report
  printf '%s\n' "$counted" >"$private/cells" # for shutdown.sh
}

# Uploads log and notebook if they are due, and checks the fence. A mark is set before its file is read, so that a change
# meanwhile is newer than the mark; it counts once the file is in the bucket. Copies are sent, as the command writes both files.
upload_progress() {
  local number key sent=()
  if [ "$who" = progress-uploader ]; then find_generations; fi
  begin_transfers
  add_download "$prefix$FENCED_OBJECT"
  if is_due log; then
    : >"$private/uploading-log-$who"
    steady_copy "$log" "$work/log-$who"
    add_progress log "$REPLY" || true
  fi
  if is_due notebook; then
    : >"$private/uploading-notebook-$who"
    steady_copy "$notebook_path" "$work/notebook-$who"
    # A notebook that is just being written is not sent, but its mark counts: the rest will be newer.
    if ends_as_notebook "$REPLY"; then add_progress notebook "$REPLY" || true; else mark_uploaded notebook; fi
  fi
  run_transfers
  rm -f "$work/log-$who" "$work/notebook-$who"
  for ((number = 2; number <= transfer_count; number++)); do
    key=${sent[number]}
    if keep_generation "$key" "$number"; then mark_uploaded "$key"; fi
  done
  if [ "${codes[1]:-000}" = 200 ]; then : >"$private/fenced"; fi
}

mark_uploaded() {
  mv -f "$private/uploading-$1-$who" "$private/uploaded-$1"
  printf '%s\n' "$elapsed" >"$private/sent-$1" || true
}

# Notes that the bucket holds nothing of this attempt yet.
begin_progress() {
  printf '0\n' >"$private/generation-log"
  printf '0\n' >"$private/generation-notebook"
}

# Asks the bucket which generation it holds after an upload whose answer was lost.
find_generations() {
  local key number missing=()
  begin_transfers
  for key in log notebook; do
    if [ -f "$private/generation-$key" ]; then continue; fi
    result_name "$key"
    object_url "$meta_live_bucket" "${prefix}progress/$REPLY"
    add_transfer "$REPLY?fields=generation" ''
    missing[transfer_count]=$key
  done
  if [ "$transfer_count" -eq 0 ]; then return 0; fi
  run_transfers
  for ((number = 1; number <= transfer_count; number++)); do
    if [ "${codes[number]:-000}" = 404 ]; then
      printf '0\n' >"$private/generation-${missing[number]}"
    else
      keep_generation "${missing[number]}" "$number" || true
    fi
  done
}

# REPLY: the name of the result, for log or notebook.
result_name() {
  if [ "$1" = log ]; then REPLY=log.txt; else REPLY=${notebook##*/}; fi
}

# Adds an upload: log or notebook, and the file. An upload beside the command replaces only the generation that was in the
# bucket when it began, so that it can never replace a later one. The last upload has no condition.
add_progress() {
  local condition='' file=$2
  if [ "$who" = progress-uploader ]; then
    read_line "$private/generation-$1" 2>/dev/null || return 1
    condition="&ifGenerationMatch=$REPLY"
  fi
  result_name "$1"
  add_live_upload "${prefix}progress/$REPLY" "$file" "$condition"
  sent[transfer_count]=$1
}

# Notes the bucket's generation after an upload: log or notebook, number of the transfer. Fails if the upload may have failed;
# then the generation is unknown.
keep_generation() {
  rm -f "$private/generation-$1"
  if [ "${codes[$2]:-000}" != 200 ]; then return 1; fi
  answer_path "$2"
  read_file "$REPLY"
  json_field "$REPLY" generation
  if [ -n "$REPLY" ]; then printf '%s\n' "$REPLY" >"$private/generation-$1"; fi
}

stop_fenced_command() {
  note 'this VM is fenced: ending the command'
  signal_groups TERM
  pause 10
  signal_groups KILL
}

kind_end_processes() {
  printf 'stop\n' >&4
}

kind_save() {
  upload_progress
}

# The VM is going down: the last checkpoint is saved first.
kind_save_last() {
  if [ -n "$side" ]; then printf 'checkpoint\n' >&4; fi
  stop_side_loop
  upload_progress || true
}

# Its transfers end with it: the results are sent again afterwards.
stop_side_loop() {
  if [ -z "$side" ]; then return 0; fi
  printf 'stop\n' >&4
  wait "$side" || true
  rm -f "$private/checkpoint-mark"
  side=''
}
