# ---- checkpoints -----------------------------------------------------------------------------------------------------
# The files in MYMLOPS_CHECKPOINTS are saved when they change, and restored for the next attempt. In the live bucket data/ holds
# them by their hash, so that an unchanged file is sent once, and manifests/ holds numbered manifests. A manifest is written
# after all files that it lists. Its lines: a head, `<sha256> <size> <path64>` for each file, `end <files>`.

# Makes the folder, empty. Only the command writes into it.
make_checkpoint_folder() {
  checkpoints="$HOME/checkpoints"
  remove_any "$checkpoints"
  (umask "$user_umask" && mkdir -p "$checkpoints")
}

# Sets the mark: files that are newer than it are saved. Clocks of file systems are coarse, so `$mark_pause` is to be awaited
# before the command may write.
set_checkpoint_mark() {
  : >"$private/checkpoint-mark"
  sleep 0.02 &
  mark_pause=$!
}

watch_checkpoints() {
  set_checkpoint_mark
  wait "$mark_pause" || true
}

# Called by the side loop. It waits for a save in progress only before the last one: a large save must not hold up the rest.
keep_checkpoint() {
  if [ "${1:-}" = last ]; then end_checkpoint_upload wait; elif [ -n "$checkpoint_uploader" ] && kill -0 "$checkpoint_uploader" 2>/dev/null; then return 0; fi
  if [ ! -f "$private/checkpoint-mark" ] || [ -z "$(find "$checkpoints" -newer "$private/checkpoint-mark" 2>/dev/null)" ]; then
    return 0
  fi
  if [ "${1:-}" = last ]; then
    save_checkpoint || true
  else
    run_beside save_checkpoint_beside
    checkpoint_uploader=$REPLY
  fi
}

save_checkpoint_beside() {
  who='checkpoint-uploader'
  save_checkpoint
}

# Finishes a save in progress ($1: wait), or ends it: without its manifest it does not count.
end_checkpoint_upload() {
  if [ -z "$checkpoint_uploader" ]; then return 0; fi
  if [ "${1:-}" != wait ]; then kill -KILL -- "-$checkpoint_uploader" 2>/dev/null || true; fi
  wait "$checkpoint_uploader" 2>/dev/null || true
  rm -f "$work"/checkpoint-checkpoint-uploader-*
  checkpoint_uploader=''
}

# The mark is set first, so that files written meanwhile are newer than it. A save that fails restores the old mark.
save_checkpoint() {
  local index start
  mv -f "$private/checkpoint-mark" "$private/checkpoint-mark-before"
  watch_checkpoints
  if find_checkpoint_files; then
    if [ ${#sources[@]} -eq 0 ]; then return 0; fi
    for ((start = 0; start < ${#sources[@]}; start += 100)); do
      if ! save_portion "$start"; then break; fi
    done
    if [ "$start" -ge "${#sources[@]}" ] && write_manifest; then return 0; fi
    note 'the checkpoint was not saved; tried again'
    mv -f "$private/checkpoint-mark-before" "$private/checkpoint-mark"
  fi
  return 1
}

# Sets the arrays sources and names. Fails if there are more files or bytes than are kept, and says so once in the log.
find_checkpoint_files() {
  local path bytes=0 problem='' size
  sources=() names=()
  while IFS= read -r path; do
    sources[${#sources[@]}]=$path names[${#names[@]}]=${path#"$checkpoints"/}
    if [ ${#sources[@]} -gt "$CHECKPOINT_FILES" ]; then break; fi
  done < <(find "$checkpoints" -type f ! -path "*$NEWLINE*")
  if [ ${#sources[@]} -gt "$CHECKPOINT_FILES" ]; then
    problem="it has more than $CHECKPOINT_FILES files"
  elif [ ${#sources[@]} -gt 0 ]; then
    while read -r size path; do if [ "$path" = total ] || [ ${#sources[@]} -eq 1 ]; then bytes=$size; fi; done \
      < <(wc -c ${sources[@]+"${sources[@]}"} 2>/dev/null)
    if [ "$bytes" -gt "$CHECKPOINT_BYTES" ]; then
      problem="it has $bytes bytes, at most $CHECKPOINT_BYTES are kept"
    fi
  fi
  if [ -z "$problem" ]; then return 0; fi
  if [ ! -e "$private/checkpoint-refused" ]; then
    : >"$private/checkpoint-refused"
    printf 'mymlops: the checkpoint is not saved: %s. Keep only the newest in MYMLOPS_CHECKPOINTS.\n' "$problem" >>"$log"
  fi
  return 1
}

# Hashes up to a hundred files and uploads those whose bytes are not in the bucket yet.
save_portion() {
  local index bytes=0 portion=() fresh=()
  for ((index = $1; index < $1 + 100 && index < ${#sources[@]}; index++)); do portion[${#portion[@]}]=$index; done
  hash_results ${portion[@]+"${portion[@]}"} 2>/dev/null || return 1 # a file is gone meanwhile: the next save sees the rest
  for index in ${portion[@]+"${portion[@]}"}; do
    if grep -qxF -e "${shas[index]}" "$private/checkpoint-data" 2>/dev/null; then continue; fi
    if [ "$((bytes + sizes[index]))" -gt "$CHECKPOINT_COPY_BYTES" ] && [ ${#fresh[@]} -gt 0 ]; then
      send_checkpoint_files ${fresh[@]+"${fresh[@]}"} || return 1
      fresh=() bytes=0
    fi
    fresh[${#fresh[@]}]=$index bytes=$((bytes + sizes[index]))
  done
  if [ ${#fresh[@]} -gt 0 ]; then send_checkpoint_files ${fresh[@]+"${fresh[@]}"}; fi
}

# Sends copies: the command may write its files meanwhile, and if a file becomes shorter, curl waits a minute for the rest. A
# very large file is sent itself, as a copy would need too much time and room.
send_checkpoint_files() {
  local index at=1 file generation size
  begin_transfers
  for index in "$@"; do
    file=${sources[index]}
    if [ "${sizes[index]}" -le "$CHECKPOINT_COPY_BYTES" ]; then
      steady_copy "$file" "$work/checkpoint-$who-$index" 2>/dev/null
      file=$REPLY
    fi
    add_live_upload "${prefix}checkpoints/data/${shas[index]}" "$file"
  done
  run_transfers
  for index in "$@"; do rm -f "$work/checkpoint-$who-$index"; done
  for index in "$@"; do
    is_upload_whole "$index" "$at" || return 1
    printf '%s\n' "${shas[index]}" >>"$private/checkpoint-data"
    at=$((at + 1))
  done
}

write_manifest() {
  local index number=0
  if [ -f "$private/checkpoint-number" ]; then read_line "$private/checkpoint-number" && number=$REPLY; fi
  number=$((number + 1))
  {
    printf 'mymlops-checkpoint 1\n'
    for ((index = 0; index < ${#sources[@]}; index++)); do
      base64_of "${names[index]}"
      printf '%s %s %s\n' "${shas[index]}" "${sizes[index]}" "$REPLY"
    done
    printf 'end %s\n' "${#sources[@]}"
  } >"$private/checkpoint-manifest"
  if is_agent_gone || [ -e "$private/fenced" ]; then return 1; fi
  begin_transfers
  add_live_upload "${prefix}checkpoints/manifests/$(printf '%06d' "$number")" "$private/checkpoint-manifest"
  run_transfers
  if [ "${codes[1]:-000}" != 200 ]; then return 1; fi
  printf '%s\n' "$number" >"$private/checkpoint-number"
  drop_old_files "$number"
  note "checkpoint $number saved, files: ${#sources[@]}"
}

# Deletes files that are neither in this checkpoint nor in the one before it: the bucket would bill them for nothing. If a
# deletion fails, the file stays.
drop_old_files() {
  local sha old=() manifest
  touch "$private/checkpoint-kept-before"
  printf '%s\n' ${shas[@]+"${shas[@]:0:${#sources[@]}}"} >"$private/checkpoint-keeps"
  cat "$private/checkpoint-keeps" "$private/checkpoint-kept-before" >"$private/checkpoint-needed"
  mv -f "$private/checkpoint-keeps" "$private/checkpoint-kept-before"
  while IFS= read -r sha; do
    if [ ${#old[@]} -lt 100 ]; then old[${#old[@]}]=$sha; fi
  done < <(grep -vxF -f "$private/checkpoint-needed" "$private/checkpoint-data")
  begin_transfers
  if [ "$1" -gt 2 ]; then
    printf -v manifest '%06d' "$(($1 - 2))"
    add_deletion "${prefix}checkpoints/manifests/$manifest"
  fi
  for sha in ${old[@]+"${old[@]}"}; do add_deletion "${prefix}checkpoints/data/$sha"; done
  if [ "$transfer_count" -gt 0 ]; then run_transfers; fi
  if [ ${#old[@]} -gt 0 ]; then
    printf '%s\n' ${old[@]+"${old[@]}"} >"$private/checkpoint-dropped"
    grep -vxF -f "$private/checkpoint-dropped" "$private/checkpoint-data" >"$private/checkpoint-data-left" || true
    mv -f "$private/checkpoint-data-left" "$private/checkpoint-data"
  fi
}

add_deletion() {
  object_url "$meta_live_bucket" "$1"
  add_transfer "$REPLY" '' 'request = "DELETE"'
}
