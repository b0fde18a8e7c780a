# ---- the output repository -------------------------------------------------------------------------------------------
# The results become a folder of the output repository, once the control plane has sent the run's result.

# Publishes to git. Everything that does not need the run's result is done before the wait for it.
publish_to_git() {
  if [ -z "$meta_output_url_64" ] || ! $outcome_written; then return 0; fi
  decode_text "$meta_output_url_64"
  output_url=$REPLY
  decode_text "$meta_output_branch_64"
  output_branch=${REPLY:-main}
  set_elapsed
  push_ends=$((elapsed + PUSH_SECONDS))
  local problem=''
  allow_output_repository
  if ! open_key; then
    problem=$REPLY
  elif ! stage_anew sha1; then
    git_error_line
    problem="The results could not be staged: $REPLY"
  else
    if fetch_tip; then tip_known=true; fi
    if ! wait_for_result; then
      problem="The control plane sent no result within $RESULT_SECONDS s, so nothing was pushed."
    elif ! fetch_publish_files; then
      problem='The files for the output repository could not be read from the bucket.'
    elif ! push_results; then
      problem=$last_git_error
      if [ -n "$meta_output_key" ]; then explain_host_key; fi
      if is_past "$push_ends"; then
        problem="The push gave up after $PUSH_SECONDS s${problem:+: $problem}"
      fi
    fi
  fi
  close_key
  set_publication "$problem"
}

# git uses a repository of another user only if its configuration allows it. The configuration of the user who committed did:
# so it is allowed here, for this repository only. On this computer only.
allow_output_repository() {
  local path real
  : >"$private/.gitconfig"
  if $on_gce || [ "$meta_output_safe" != true ]; then return 0; fi
  real=$(cd -P "$output_url" 2>/dev/null && pwd) || real=$output_url
  for path in "$output_url" "$real" "$output_url/.git" "$real/.git"; do
    safe_git config --file "$private/.gitconfig" --add safe.directory "$path" || true
  done
}

set_publication() {
  if [ -z "$1" ]; then
    state_publication="{\"commit\":\"$commit\"}"
    return
  fi
  message_text "$1"
  note "publication failed: $REPLY"
  base64_of "$REPLY"
  state_publication="{\"message64\":\"$REPLY\"}"
}

# Returns when the run's result is in mymlops-control.
wait_for_result() {
  local waits ends
  set_elapsed
  waits=$elapsed ends=$((elapsed + RESULT_SECONDS))
  until is_past "$ends"; do
    if poll_control && grep -q "^$RESULT_KEY=." "$private/control"; then
      set_elapsed
      push_ends=$((push_ends + elapsed - waits)) # this wait is not the output repository's time
      return 0
    fi
  done
  return 1
}

# Fetches the control plane's files for the output repository: metadata.json and the commit message.
fetch_publish_files() {
  set_elapsed
  begin_tries "$((push_ends - elapsed))"
  while :; do
    begin_transfers
    add_download "${prefix}publish/metadata.json" "$private/metadata.json"
    add_download "${prefix}publish/message.txt" "$private/message.txt"
    run_transfers
    if [ "${codes[1]:-000} ${codes[2]:-000}" = '200 200' ]; then
      stage_metadata
      return
    fi
    if is_final_code "${codes[1]:-000}" || is_final_code "${codes[2]:-000}" || ! next_try; then return 1; fi
  done
}

set_author() {
  decode_text "$meta_author_name_64"
  author_name=${REPLY:-mymlops}
  decode_text "$meta_author_email_64"
  author_email=${REPLY:-mymlops@localhost}
}
