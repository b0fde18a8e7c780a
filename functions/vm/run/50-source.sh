# ---- source ----------------------------------------------------------------------------------------------------------
# The snapshot, from the bucket into the project's folder.

# Runs in the background while the attempt is claimed, and writes only its own files.
fetch_bundles() {
  local part failure
  who=bundle
  begin_tries "$BOOT_SECONDS"
  while :; do
    begin_transfers
    for part in ${meta_source_object//:/ }; do add_download "$part" "$work/source-$((transfer_count + 1)).bundle"; done
    run_transfers
    if ! failure=$(failed_code); then return 0; fi
    if is_final_code "$failure" || ! next_try; then break; fi # the bucket is consistent: an absent object will not appear later
  done
  printf '%s' "$failure" >"$private/bundle-error"
  return 1
}

# Prints the HTTP status of a transfer that failed, first of one that will fail again; fails if all transfers succeeded.
failed_code() {
  local number failure=''
  for ((number = 1; number <= transfer_count; number++)); do
    if [ "${codes[number]}" = 200 ]; then continue; fi
    if [ -z "$failure" ] || is_final_code "${codes[number]}"; then failure=${codes[number]}; fi
  done
  [ -n "$failure" ] && printf '%s' "$failure"
}

# A snapshot may be in several bundles. Each holds only objects that the bundles before it lack.
unpack_bundles() {
  local bundle
  for bundle in "$work"/source-*.bundle; do
    safe_git -C "$repo" bundle unbundle "$bundle" >/dev/null || return 1
  done
}

# The bundles hold one commit without a parent. Their objects are unpacked, and the recorded commit is checked out; the refs
# in them are not used. No template and no hook of the VM takes part.
phase_source() {
  enter_phase source
  remove_any "$repo"
  umask "$user_umask"
  if ! command -v git >/dev/null; then
    fail_with source-unavailable 'git is not installed on this VM'
  elif ! { make_repository 2>"$private/git-error" && wait "$bundle_fetch"; }; then
    leave_if_going_down
    read_file "$private/bundle-error"
    fail_with source-unavailable "The snapshot could not be read from the bucket (HTTP ${REPLY:-000})."
  elif ! { unpack_bundles 2>"$private/git-error" &&
    safe_git -C "$repo" checkout -q --detach "$meta_source_commit" 2>"$private/git-error" &&
    remember_old_results 2>"$private/git-error"; }; then
    leave_if_going_down
    git_error_line
    fail_with source-unavailable "The snapshot could not be unpacked: $REPLY"
  fi
  umask 077
  bundle_fetch=''
  rm -f "$work"/source-*.bundle # frees the room for the command
  : >"$private/uploaded-log" # files that are newer than these were written by the run
  : >"$private/uploaded-notebook"
}

# The snapshot's bytes are checked out unchanged: these attributes have priority over the project's own .gitattributes.
make_repository() {
  init_repository sha1 "$repo" && mkdir -p "$repo/.git/info" && printf '%s\n' "$AS_IT_IS" >"$repo/.git/info/attributes"
}

# Lists the snapshot's files in the places of results, `<oid> <path>`, and makes a file that is newer than all of them.
remember_old_results() {
  local entry path folder=${notebook%"${notebook##*/}"}
  : >"$private/snapshot-results"
  safe_git --literal-pathspecs -C "$repo" ls-tree -r -z "$meta_source_commit" -- "${folder}metrics.json" \
    "${folder}params.json" "${folder}artifacts/" >"$private/snapshot-tree" || return 1
  while IFS= read -r -d '' entry; do
    path=${entry#*$'\t'}
    case $entry in
      *"$NEWLINE"*) ;;
      100*) entry=${entry%%$'\t'*} && printf '%s %s\n' "${entry##* }" "$path" >>"$private/snapshot-results" ;;
    esac
  done <"$private/snapshot-tree"
  if [ ! -s "$private/snapshot-results" ]; then return 0; fi
  : >"$work/checkout-ended" # clocks of file systems are coarse
  until : >"$work/run-began" && [ "$work/run-began" -nt "$work/checkout-ended" ]; do sleep 0.01; done
}
