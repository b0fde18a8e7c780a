# ---- pushing ---------------------------------------------------------------------------------------------------------
# Fetch the tip, commit, push; once more if another push was faster.

# Sets `tip` to the branch's newest commit, or to nothing if there is no such branch.
fetch_tip() {
  tip=''
  if remote_git fetch -q --depth 1 --no-tags -- "$output_url" "+refs/heads/$output_branch:refs/mymlops/tip"; then
    read -r tip _ <"$work/output.git/FETCH_HEAD"
    return 0
  fi
  git_error_line
  case $REPLY in
    *"find remote ref"*) return 0 ;;
  esac
  last_git_error=$REPLY
  return 1
}

# Fetches the tip, puts the folder on it and pushes, again and again while other pushes are faster. Other failures are tried
# three times, and a refusal once.
push_results() {
  local races=0 failures=0
  build_folder || return 1
  while [ "$races" -lt "$PUSH_TRIES" ] && [ "$failures" -lt 3 ] && ! is_past "$push_ends"; do
    if [ "$failures" -gt 0 ]; then pause "$failures"; fi
    if ! $tip_known && ! fetch_tip; then
      if use_other_hash; then continue; fi
      if is_refusal; then return 1; fi
      failures=$((failures + 1))
      continue
    fi
    tip_known=false
    if is_published; then return 0; fi
    if $superseded; then return 1; fi
    make_commit || return 1
    if remote_git push -q -- "$output_url" "$commit:refs/heads/$output_branch"; then return 0; fi
    git_error_line
    last_git_error=$REPLY
    if use_other_hash; then
      continue
    elif is_race; then
      races=$((races + 1))
      sleep "0.$((RANDOM % 5))$((RANDOM % 10))"
    elif is_refusal; then
      return 1
    else
      failures=$((failures + 1))
    fi
  done
  return 1
}

# A repository of SHA-256 refuses objects of SHA-1: the results are staged again with its hash. A git that knows only SHA-1
# cannot do that: then the cause stays in REPLY.
use_other_hash() {
  local cause=$REPLY
  case $cause in
    *'hash algorithm'* | *'mismatched algorithms'* | *'object format'*) ;;
    *) return 1 ;;
  esac
  if [ "$output_hash" = sha1 ] && stage_anew sha256 && stage_metadata && build_folder; then return 0; fi
  REPLY=$cause last_git_error=$cause
  return 1
}

# Whether the tip already holds this run. If it holds this attempt, the answer to an earlier push was lost. A newer attempt
# stays.
is_published() {
  local have
  if [ -z "$tip" ]; then return 1; fi
  output_git cat-file blob "$tip:$meta_run/metadata.json" >"$private/have.json" 2>/dev/null || return 1
  read_file "$private/have.json"
  have=$REPLY
  json_field "$have" commit # the predecessor's key for the run
  if [ "$REPLY" != "$meta_run" ]; then return 1; fi
  json_field "$have" attempt
  case $REPLY in
    '' | *[!0-9]*) return 1 ;;
  esac
  if [ "$REPLY" -eq "$meta_attempt" ]; then
    commit=$tip
    return 0
  fi
  if [ "$REPLY" -gt "$meta_attempt" ]; then
    superseded=true last_git_error="The output repository already holds attempt $REPLY of this run."
  fi
  return 1
}

# Sets `commit`: the tip's tree with the run's folder replaced. Only plumbing commands are used: the rest of the repository is
# never checked out.
make_commit() {
  set_author
  if write_commit 2>"$private/git-error"; then return 0; fi
  git_error_line
  last_git_error=$REPLY
  return 1
}

# Each step is checked: a listing that fails half way would delete the files that it did not list.
write_commit() {
  local tree folder=$folder_tree parent=()
  : >"$private/tree"
  if [ -n "$tip" ]; then
    parent=(-p "$tip")
    output_git ls-tree "$tip" >"$private/tip-tree" || return 1
    grep -v "$(printf '\t')$meta_run\$" "$private/tip-tree" >"$private/tree" || [ $? -eq 1 ] || return 1
    if grep -q "$(printf '\t').gitattributes\$" "$private/tip-tree"; then
      add_attributes || return 1
      folder=$REPLY
    fi
  fi
  printf '040000 tree %s\t%s\n' "$folder" "$meta_run" >>"$private/tree"
  tree=$(output_git mktree <"$private/tree") || return 1
  commit=$(output_git -c user.name="$author_name" -c user.email="$author_email" commit-tree "$tree" \
    ${parent[@]+"${parent[@]}"} -F "$private/message.txt")
}
