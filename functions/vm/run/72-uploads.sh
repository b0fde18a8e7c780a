# ---- uploads ---------------------------------------------------------------------------------------------------------
# Results into the bucket. Each is compared with the bucket's own hash.
#
# Each file goes in one request, and from its beginning again where that breaks. Resumable uploads would need a call before each file, and
# after each break a question and another range of the file, one file at a time: none of that fits curl's parallel transfers. A VM is in
# Google's network, where a break is rare and costs about a minute for 10 GB; a stalled transfer ends after 60 s (transfer_limits).
# https://cloud.google.com/storage/docs/resumable-uploads

# Uploads in rounds: failed files are hashed and sent again while there is time. Files that still fail at the end are listed
# as missing.
upload_results() {
  local index
  pending=()
  parallel_options=()
  if curl -q --parallel --no-progress-meter --version >/dev/null 2>&1; then parallel_options=(--parallel --parallel-max 16 --no-progress-meter); fi
  for ((index = 0; index < ${#sources[@]}; index++)); do pending[index]=$index; done
  begin_tries "$UPLOAD_SECONDS"
  while :; do
    upload_round
    if [ ${#pending[@]} -eq 0 ]; then return 0; fi
    note "files still to be uploaded: ${#pending[@]}"
    next_try || break
  done
  for index in "${pending[@]}"; do refuse_result "$index" "${upload_errors[index]:-not tried}"; done
}

refuse_result() {
  add_missing "${names[$1]}" "Not taken by the bucket: $2"
}

# Uploads once, in portions, so that command lines and answers stay short. The round ends early if the bucket does not answer
# or the time is over.
upload_round() {
  local all=(${pending[@]+"${pending[@]}"}) start
  pending=()
  for ((start = 0; start < ${#all[@]}; start += 100)); do
    if is_past "$tries_end"; then
      pending=(${pending[@]+"${pending[@]}"} "${all[@]:start}")
      return 0
    fi
    if ! upload_portion "${all[@]:start:100}"; then
      pending=(${pending[@]+"${pending[@]}"} "${all[@]:start+100}")
      return 0
    fi
  done
}

# Uploads the results of these indexes, several at a time: many small files would cost a round trip each otherwise. Fails if
# the bucket does not answer reliably.
upload_portion() {
  local index at=2
  for index in "$@"; do if [ -n "${unsteady[index]:-}" ]; then copy_result "$index"; fi; done
  hash_portion "$@"
  begin_transfers
  add_download "$prefix$FENCED_OBJECT"
  for index in ${hashed[@]+"${hashed[@]}"}; do add_upload "${prefix}results/${names[index]}" "${sources[index]}"; done
  run_transfers ${parallel_options[@]+"${parallel_options[@]}"}
  local fence_code=${codes[1]:-000}
  if [ "$fence_code" = 200 ]; then leave_quietly 'this VM is fenced'; fi
  for index in ${hashed[@]+"${hashed[@]}"}; do
    check_upload "$index" "$at"
    at=$((at + 1))
  done
  [ "$fence_code" = 404 ]
}

# Copies a file that is still being written, as it is now.
copy_result() {
  steady_copy "${sources[$1]}" "$work/steady-$1"
  sources[$1]=$REPLY
  unset "unsteady[$1]"
}

# Whether a result has another size than when it was hashed.
has_changed() {
  local size
  size=$(wc -c <"${sources[$1]}") || return 0
  [ "$((size))" -ne "${sizes[$1]}" ]
}

# Sets the array hashed: the indexes of the files that could be hashed. One file that cannot must not keep out the others.
hash_portion() {
  local index
  hashed=("$@")
  if hash_results "$@"; then return 0; fi
  hashed=()
  for index in "$@"; do
    if hash_results "$index"; then
      hashed[${#hashed[@]}]=$index
    else
      add_missing "${names[index]}" "$UNREADABLE"
    fi
  done
}

# Sets the arrays shas, md5s and sizes, by the index of the result. Before the hash of a name with a backslash the programs
# print a backslash. Fails if a file is gone.
hash_results() {
  local index files=() line sha md5
  for index in "$@"; do files[${#files[@]}]=${sources[index]}; done
  if command -v sha256sum >/dev/null; then sha256sum "${files[@]}"; else shasum -a 256 "${files[@]}"; fi \
    >"$private/sha256" || return 1
  if command -v md5sum >/dev/null; then md5sum "${files[@]}"; else md5 -q "${files[@]}"; fi >"$private/md5" || return 1
  wc -c "${files[@]}" >"$private/sizes" || return 1
  for index in "$@"; do
    IFS= read -r sha <&7 && IFS= read -r md5 <&8 && read -r line _ <&9 || return 1
    sha=${sha#\\} md5=${md5#\\}
    shas[index]=${sha:0:64} md5s[index]=${md5:0:32} sizes[index]=$line
  done 7<"$private/sha256" 8<"$private/md5" 9<"$private/sizes"
}

# Whether the bucket's hash and size are those of the file: index of the file, number of the answer. Sets generation and size.
is_upload_whole() {
  local answer md5_hash
  answer_path "$2"
  read_file "$REPLY"
  answer=$REPLY
  json_field "$answer" generation
  generation=$REPLY
  json_field "$answer" md5Hash
  md5_hash=$REPLY
  json_field "$answer" size
  size=$REPLY
  base64_of_hex "${md5s[$1]}"
  [ "${codes[$2]:-000}" = 200 ] && [ "$md5_hash" = "$REPLY" ] && [ "$size" = "${sizes[$1]}" ]
}

# Checks an upload: index of the result, number of the answer.
check_upload() {
  local index=$1 code=${codes[$2]:-000} generation size
  if is_upload_whole "$index" "$2"; then
    base64_of "${names[index]}"
    printf '{"path64":"%s","size":%s,"sha256":"%s","generation":"%s"}\n' "$REPLY" "$size" "${shas[index]}" \
      "$generation" >>"$private/manifest" || leave_without_room manifest
    keep_done "$index" "$size" "${shas[index]}"
  elif is_final_code "$code" && ! has_changed "$index"; then
    refuse_result "$index" "HTTP $code"
  else
    if [ "$code" = 200 ] || has_changed "$index"; then unsteady[index]=true; fi
    upload_errors[index]="HTTP $code, ${size:-no} bytes"
    if [ "$code" = 403 ]; then upload_errors[index]="HTTP 403${refusal:+. $refusal}"; fi
    pending[${#pending[@]}]=$index
  fi
}

# Notes a result that the bucket has: only these go into git.
keep_done() {
  local count=${#done_names[@]}
  done_sources[count]=${sources[$1]} done_names[count]=${names[$1]} done_sizes[count]=$2 done_hashes[count]=$3
}
