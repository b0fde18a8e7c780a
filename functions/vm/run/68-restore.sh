# ---- restoring a checkpoint ------------------------------------------------------------------------------------------
# The newest complete checkpoint of an earlier attempt is restored, all of it or nothing. Another VM has written it, so it is
# not trusted: no path may leave the folder.

restore_checkpoint() {
  local manifest problem='' start
  if [ -z "$meta_checkpoint_64" ]; then return 0; fi
  decode_text "$meta_checkpoint_64"
  manifest=$REPLY
  rm -rf "$work/restored"
  (umask "$user_umask" && mkdir -p "$work/restored")
  if ! fetch_manifest "$manifest"; then
    problem='its manifest cannot be read'
  elif ! read_manifest; then
    problem='its manifest is not whole'
  else
    for ((start = 0; start < ${#names[@]}; start += 100)); do
      if ! restore_portion "$start" "${manifest%manifests/*}data/"; then
        problem='a file of it is missing, or is not what was saved'
        break
      fi
    done
  fi
  if [ -z "$problem" ] && rm -rf "$checkpoints" && mv "$work/restored" "$checkpoints"; then
    printf 'mymlops: restored the checkpoint %s, files: %s\n' "$manifest" "${#names[@]}" >>"$log"
  else
    printf 'mymlops: the checkpoint %s is not restored: %s. The notebook runs from the start.\n' "$manifest" \
      "${problem:-its folder cannot be made}" >>"$log"
    rm -rf "$work/restored"
    make_checkpoint_folder
  fi
}

fetch_manifest() {
  begin_tries "$RESTORE_SECONDS"
  while :; do
    begin_transfers
    add_live_download "$1" "$private/restore-manifest"
    run_transfers
    if [ "${codes[1]:-000}" = 200 ]; then return 0; fi
    if is_final_code "${codes[1]:-000}" || ! next_try; then return 1; fi
  done
}

# Sets the arrays names, want_shas and want_sizes.
read_manifest() {
  local sha size path64 bytes=0 ended=false
  names=() want_shas=() want_sizes=()
  IFS= read -r sha <"$private/restore-manifest" || return 1
  if [ "$sha" != 'mymlops-checkpoint 1' ]; then return 1; fi
  while read -r sha size path64; do
    if $ended; then return 1; fi
    if [ "$sha" = end ]; then
      if [ "$size" != "${#names[@]}" ]; then return 1; fi
      ended=true
      continue
    fi
    case $sha in *[!0-9a-f]*) return 1 ;; esac
    case $size in '' | *[!0-9]*) return 1 ;; esac
    decode_text "$path64"
    bytes=$((bytes + size))
    if [ ${#sha} -ne 64 ] || [ ${#size} -gt 15 ] || ! is_safe_path "$REPLY"; then return 1; fi
    if [ ${#names[@]} -ge "$CHECKPOINT_FILES" ] || [ "$bytes" -gt "$CHECKPOINT_BYTES" ]; then return 1; fi
    want_shas[${#names[@]}]=$sha want_sizes[${#names[@]}]=$size names[${#names[@]}]=$REPLY
  done < <(tail -n +2 "$private/restore-manifest")
  $ended
}

# Whether a path stays below its folder and has no empty, . or .. part.
is_safe_path() {
  case "/$1/" in
    // | *//* | */./* | */../* | *[[:cntrl:]]*) return 1 ;;
  esac
}

restore_portion() {
  local index at=1 portion=()
  sources=()
  begin_transfers
  for ((index = $1; index < $1 + 100 && index < ${#names[@]}; index++)); do
    sources[index]="$work/restored/${names[index]}"
    (umask "$user_umask" && mkdir -p "${sources[index]%/*}" && [ ! -e "${sources[index]}" ] && : >"${sources[index]}") || return 1
    portion[${#portion[@]}]=$index
    add_live_download "$2${want_shas[index]}" "${sources[index]}"
  done
  run_transfers
  for index in ${portion[@]+"${portion[@]}"}; do
    if [ "${codes[at]:-000}" != 200 ]; then return 1; fi
    at=$((at + 1))
  done
  # shellcheck disable=SC2090 # numbers alone
  hash_results ${portion[@]+"${portion[@]}"} || return 1
  for index in ${portion[@]+"${portion[@]}"}; do
    if [ "${shas[index]} ${sizes[index]}" != "${want_shas[index]} ${want_sizes[index]}" ]; then return 1; fi
  done
}
