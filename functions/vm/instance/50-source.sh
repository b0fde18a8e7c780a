# ---- source of an instance -------------------------------------------------------------------------------------------
# The project, at the first boot: a snapshot of the user's folder, or a clone of a repository.

phase_source() {
  local before="$repo-before-$meta_uid"
  enter_phase source
  # A part of an earlier try, or what came with the image. Nothing of it is deleted: the user may have worked in it.
  if [ -e "$repo" ] && ! rmdir "$repo" 2>/dev/null && [ ! -e "$kept/source-begun" ]; then
    if [ ! -e "$before" ]; then mv "$repo" "$before"; fi
  fi
  : >"$kept/source-begun"
  remove_any "$repo"
  umask "$user_umask"
  if ! command -v git >/dev/null; then
    fail_with source-unavailable 'git is not installed on this VM'
  elif [ -n "$meta_source_object" ]; then
    unpack_snapshot
  elif [ -n "$meta_repository_url_64" ]; then
    clone_repository
  else
    mkdir -p "$repo"
  fi
  umask 077
  bundle_fetch=''
  rm -f "$work"/source-*.bundle # frees the room
  if [ -z "$failure_reason" ]; then finish_step source; fi
}

unpack_snapshot() {
  if ! { make_repository 2>"$private/git-error" && wait "$bundle_fetch"; }; then
    leave_if_going_down
    read_file "$private/bundle-error"
    fail_with source-unavailable "The snapshot could not be read from the bucket (HTTP ${REPLY:-000})."
  elif ! { unpack_bundles 2>"$private/git-error" &&
    safe_git -C "$repo" checkout -q --detach "$meta_source_commit" 2>"$private/git-error"; }; then
    leave_if_going_down
    git_error_line
    fail_with source-unavailable "The snapshot could not be unpacked: $REPLY"
  fi
}

# The whole history is fetched, and the branch is checked out, so that the user can commit and push.
clone_repository() {
  local url branch
  decode_text "$meta_repository_url_64"
  url=$REPLY
  decode_text "$meta_repository_branch_64"
  branch=$REPLY
  if safe_git clone -q --template= ${branch:+--branch "$branch"} -- "$url" "$repo" 2>"$private/git-error"; then return 0; fi
  leave_if_going_down
  git_error_line
  fail_with source-unavailable "The repository could not be cloned: $REPLY"
}
