# ---- the side loop ---------------------------------------------------------------------------------------------------
# Beside the command: progress, the bucket kept up to date, the fence.

# While the command runs: counts executed cells, keeps log and notebook in the bucket up to date, so that an interrupted
# run leaves what it had, and looks whether the control plane has given the attempt up. It waits for no transfer: those are
# made beside it.
run_side_loop() {
  local stop='' word='' checked=$SECONDS
  who=side counted=''
  while [ -z "$stop" ]; do
    read_word 4 "$meta_progress_seconds"
    word=$REPLY
    if [ "$word" = checkpoint ]; then
      keep_checkpoint last
      : >"$private/checkpoint-kept"
      continue
    fi
    if [ "$word" = stop ]; then stop=$word; fi
    count_cells || true # a full disk or a folder that is gone ends no watch
    if [ -n "$stop" ] || is_orphaned; then
      end_transfers
      return 0
    fi
    keep_checkpoint
    if is_news log || is_news notebook || [ "$((SECONDS - checked))" -ge "$meta_heartbeat_seconds" ]; then
      if start_uploader; then checked=$SECONDS; fi
    fi
    if [ -e "$private/closed" ]; then
      end_transfers
      stop_closed_command
      return 0
    fi
  done
}

# Fails where the one before is still at work: a slow network holds up nothing but itself.
start_uploader() {
  if [ -n "$uploader" ] && kill -0 "$uploader" 2>/dev/null; then return 1; fi
  run_beside upload_beside
  uploader=$REPLY
}

# Wakes the side loop where the attempt was closed.
upload_beside() {
  who=uploader
  upload_progress || true
  if [ -e "$private/closed" ]; then printf 'closed\n' >&4; fi
}

# Ends an upload that is under way: the agent sends its file again at the end. If the bucket has all of that upload by
# now but would save it after the final one, it refuses it: the upload names the generation that it replaces.
end_transfers() {
  end_saver
  if [ -n "$uploader" ]; then
    kill -KILL -- "-$uploader" 2>/dev/null || true
    wait "$uploader" 2>/dev/null || true
    uploader=''
  fi
}

# Was the log or the notebook written since its last upload began? In doubt, yes: some shells compare whole seconds. A link
# may lead to what is no result.
is_news() {
  local file=$log
  if [ "$1" = notebook ]; then file=$notebook_path; fi
  [ -f "$file" ] && [ ! -L "$file" ] && ! [ "$private/uploaded-$1" -nt "$file" ]
}

# Says how many cells have ended, where the runner saves as it goes. The mark is set before the file is read, so that one
# which was being written is read again.
count_cells() {
  local news=true
  if [ "$private/counted" -nt "$notebook_path" ] || [ ! -f "$notebook_path" ] || [ -L "$notebook_path" ]; then news=false; fi
  if ! $news; then return 0; fi
  : >"$private/counted" || true # on a full disk: it is read each time
  if ! count_ended "$notebook_path" || [ "$REPLY" = "$counted" ]; then return 0; fi
  counted=$REPLY
  printf 'progress "cells":%s\n' "$counted" >&3 # needs no file, so that a full disk does not silence the machine
  printf '%s\n' "$counted" >"$private/cells" # for shutdown.sh
}

# A mark is set before its file is read: what is written meanwhile is newer than it. It counts once the file is in the
# bucket. Both files are written by others: copies are sent.
upload_progress() {
  local number key sent=()
  if [ "$who" = uploader ]; then find_generations; fi
  begin_transfers
  add_download "${prefix}closed"
  if is_news log; then
    : >"$private/uploading-log-$who"
    steady_copy "$log" "$work/log-$who"
    add_progress log "$REPLY" || true
  fi
  if is_news notebook; then
    : >"$private/uploading-notebook-$who"
    steady_copy "$notebook_path" "$work/notebook-$who"
    # The mark of one that is just being written counts as well: it will be newer.
    if ends_as_notebook "$REPLY"; then add_progress notebook "$REPLY" || true; else mark_uploaded notebook; fi
  fi
  run_transfers
  rm -f "$work/log-$who" "$work/notebook-$who"
  for ((number = 2; number <= transfer_count; number++)); do
    key=${sent[number]}
    if keep_generation "$key" "$number"; then mark_uploaded "$key"; fi
  done
  if [ "${codes[1]:-000}" = 200 ]; then : >"$private/closed"; fi
}

mark_uploaded() {
  mv -f "$private/uploading-$1-$who" "$private/uploaded-$1"
}

# Nothing of this attempt is in the bucket yet.
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
    url_encode "${prefix}results/$REPLY"
    add_transfer "$meta_storage_url/storage/v1/b/$meta_bucket/o/${REPLY//\//%2F}?fields=generation" ''
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

# REPLY: log or notebook by the name of its result.
result_name() {
  if [ "$1" = log ]; then REPLY=log.txt; else REPLY=${notebook##*/}; fi
}

# Adds an upload: log or notebook, and the file. One beside the command replaces only what was in the bucket when it began:
# whatever becomes of it, it never comes after a later one. The last one has no condition, and comes through.
add_progress() {
  local condition='' file=$2
  if [ "$who" = uploader ]; then
    read_line "$private/generation-$1" 2>/dev/null || return 1
    condition="&ifGenerationMatch=$REPLY"
  fi
  result_name "$1"
  add_upload "${prefix}results/$REPLY" "$file" "$condition"
  sent[transfer_count]=$1
}

# log or notebook, number of its upload. Fails where that may not have worked: the bucket's generation is not known then.
keep_generation() {
  rm -f "$private/generation-$1"
  if [ "${codes[$2]:-000}" != 200 ]; then return 1; fi
  answer_path "$2"
  read_file "$REPLY"
  json_field "$REPLY" generation
  if [ -n "$REPLY" ]; then printf '%s\n' "$REPLY" >"$private/generation-$1"; fi
}

# One that its runner is just writing must not replace the whole one in the bucket.
ends_as_notebook() {
  case $(tail -c 100 "$1" | tr -d '[:space:]') in
    *'}') ;;
    *) return 1 ;;
  esac
}

stop_closed_command() {
  note 'the attempt was closed: ending the command'
  signal_groups TERM
  pause 10
  signal_groups KILL
}

kind_save() {
  upload_progress
}

# The machine goes down: what the command kept last is saved first.
kind_save_last() {
  if [ -n "$side" ]; then printf 'checkpoint\n' >&4; fi
  stop_side_loop
  upload_progress || true
}

# Its transfers end with it: the results are sent anew.
stop_side_loop() {
  if [ -z "$side" ]; then return 0; fi
  printf 'stop\n' >&4
  wait "$side" || true
  rm -f "$private/checkpoint-mark"
  side=''
}
