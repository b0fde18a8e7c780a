# ---- source of a run -------------------------------------------------------------------------------------------------
# The snapshot, from the bucket into the project's folder.

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
