# ---- results ---------------------------------------------------------------------------------------------------------
# Finds the files that are results of this run.

phase_publish() {
  stop_side_loop
  leave_if_fenced
  enter_phase publish
  if [ -n "$failure_reason" ]; then set_failure_state; fi
  collect_results
  upload_results
  write_outcome
}

# Lists the results. A run that failed before its command has only a log.
collect_results() {
  sources=() names=() done_sources=() done_names=() done_sizes=() done_hashes=()
  : >"$private/manifest" || leave_without_room manifest
  : >"$private/missing" || leave_without_room missing
  if $command_ran; then
    find_unchanged
    if [ -f "$notebook_path" ] && [ ! -L "$notebook_path" ]; then
      add_result "$notebook_path" "${notebook##*/}"
    else
      add_missing "${notebook##*/}" 'The notebook is no longer there as a regular file.'
    fi
    add_beside metrics.json || true
    add_beside params.json || add_params
    collect_artifacts
  fi
  add_result "$log" log.txt # last: the functions above write into it
}

add_result() {
  if [ ! -r "$1" ]; then
    add_missing "$2" "$UNREADABLE"
    return 0
  fi
  sources[${#sources[@]}]=$1
  names[${#names[@]}]=$2
}

# Adds a file beside the notebook. Fails if there is none, or if it is not this run's.
add_beside() {
  local path="$notebook_folder/$1"
  if [ ! -f "$path" ] || [ -L "$path" ] || grep -qxF -e "$path" "$private/unchanged"; then return 1; fi
  add_result "$path" "$1"
}

# Adds the parameters of the commit. If nothing shows that they were used, the file says so in a form that no reader mistakes
# for parameters that were used.
add_params() {
  local file="$work/params-unused.json"
  if are_params_used || ! write_unused "$file"; then file=$params; fi
  add_result "$file" params.json
}

# The same rule as the control plane's: a program that injects parameters reads the file first.
are_params_used() {
  if ! has_params || [ "$params_read" = true ]; then return 0; fi
  [ -z "$params_read" ] && grep -qF '"injected-parameters"' "$notebook_path" 2>/dev/null
}

write_unused() {
  # Not from the file: the command may have changed it.
  { printf '{"not known to be used":' && printf '%s' "$meta_params_64" | decode64 && printf '}\n'; } >"$1"
}

# Lists of JSON objects are kept in files: appending to a variable copies all of it each time.
add_missing() {
  local path64
  base64_of "$1"
  path64=$REPLY
  message_text "$2"
  base64_of "$REPLY"
  printf '{"path64":"%s","message64":"%s"}\n' "$path64" "$REPLY" >>"$private/missing" || leave_without_room missing
}

# A list that was cut, or an outcome, would say that there is nothing more: without an outcome another attempt may follow.
leave_without_room() {
  leave_quietly "$1 could not be written: the disk is full"
}

# Lists files of the snapshot that have the name of a result and were not written since: they are not results of this run.
find_unchanged() {
  local oid path now_oid old=() old_oids=() index=0
  : >"$private/unchanged"
  while read -r oid path; do
    path="$repo/$path"
    if [ -f "$path" ] && [ ! -L "$path" ] && [ -r "$path" ] && [ "$work/run-began" -nt "$path" ]; then
      old[${#old[@]}]=$path old_oids[${#old_oids[@]}]=$oid
    fi
  done <"$private/snapshot-results"
  if [ ${#old[@]} -eq 0 ] || ! new_output_git sha1; then return 0; fi
  while read -r now_oid; do
    if [ "$now_oid" = "${old_oids[index]}" ]; then printf '%s\n' "${old[index]}" >>"$private/unchanged"; fi
    index=$((index + 1))
  done < <(printf '%s\n' "${old[@]}" | output_git hash-object --no-filters --stdin-paths)
  index=$(wc -l <"$private/unchanged")
  printf 'mymlops: files not kept, as they came with the project and were not written by this run: %s\n' \
    "$((index))" >>"$log"
}

# Adds the regular files: a link may point anywhere, and reading a fifo never ends. A name with a line break would break the
# lists below, and no bucket takes it. Permissions are changed where they would cost a result.
collect_artifacts() {
  local folder="$notebook_folder/artifacts" path
  if [ ! -d "$folder" ] || [ -L "$folder" ]; then return 0; fi
  chmod -R u+rX "$folder" || true
  find "$folder" -type f ! -path "*$NEWLINE*" >"$private/artifacts" ||
    add_missing artifacts 'Not all of its folders could be listed.'
  if [ -s "$private/unchanged" ]; then # some greps take an empty list of patterns for one that matches all
    grep -vxF -f "$private/unchanged" "$private/artifacts" >"$private/artifacts-new" || true
    mv -f "$private/artifacts-new" "$private/artifacts"
  fi
  while IFS= read -r path; do
    add_result "$path" "artifacts/${path#"$folder"/}"
  done <"$private/artifacts"
  while IFS= read -r path; do
    printf 'mymlops: not uploaded: not a regular file: %s\n' "${path#"$folder"/}"
  done < <(find "$folder" ! -type d ! -type f) >>"$log"
  while IFS= read -r -d '' path; do
    add_missing "artifacts/${path#"$folder"/}" 'The name contains a line break. Cloud Storage does not allow that.'
  done < <(find "$folder" -type f -path "*$NEWLINE*" -print0)
}
