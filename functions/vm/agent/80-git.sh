# ---- git -------------------------------------------------------------------------------------------------------------
# git that nothing on this machine steers.

# git without anything that the machine or the notebook could have put in its way: no configuration, no hooks, no
# prompt, only safe protocols. An older git knows no GIT_CONFIG_GLOBAL, hence the empty HOME.
safe_git() {
  local protocols=https:ssh
  if ! $on_gce; then protocols=https:ssh:file; fi
  HOME="$work/git-home" XDG_CONFIG_HOME="$work/git-home" GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 \
    GIT_TERMINAL_PROMPT=0 GIT_ASKPASS='' SSH_ASKPASS='' GIT_ALLOW_PROTOCOL=$protocols \
    GIT_SSH_COMMAND='ssh -oBatchMode=yes -oConnectTimeout=20 -oServerAliveInterval=15' \
    git -c core.hooksPath=/dev/null -c gc.auto=0 -c maintenance.auto=false -c init.defaultBranch=main \
    -c advice.detachedHead=false -c http.lowSpeedLimit=1 -c http.lowSpeedTime=60 "$@" 3>&- 4>&- 5>&- 6>&-
}

output_git() {
  safe_git --git-dir="$work/output.git" "$@"
}

# The redirection is the group's alone: the shell says on its own stderr which job a signal ended.
output_git_quietly() {
  output_git "$@" 2>"$private/git-error"
}

# git that talks to the other side: ended when the time for that is over.
remote_git() {
  if [ "$SECONDS" -ge "$push_ends" ]; then return 1; fi
  run_in_group "$((push_ends - SECONDS))" output_git_quietly "$@"
  if $timed_out; then push_ends=$SECONDS; fi
  return "$group_exit"
}

# REPLY: what git says is wrong: the rejection with the other side's reason, else its last error that says anything.
# Never empty: an empty problem is none.
git_error_line() {
  read_git_error
  while [[ $REPLY =~ ://[^/@[:space:]]+@ ]]; do REPLY=${REPLY/"${BASH_REMATCH[0]}"/://}; done # credentials
}

read_git_error() {
  local line any='' wrong='' rejected='' remote='' said='' empty='git failed and said nothing'
  while IFS= read -r line; do
    case $line in
      *rejected\]*) rejected=${line#*! } ;;
      remote:*[![:space:]=*-]*)
        remote=${line#remote: }
        remote=${remote%"${remote##*[![:space:]]}"} # git fills its lines up with spaces
        said="$said $remote"
        ;;
      remote:*) continue ;; # some draw lines around what they say
      *'make sure you have the correct access rights'* | 'and the repository exists.') continue ;;
      *'failed to push some refs'* | *'Could not read from remote repository'*)
        empty=$line
        continue
        ;;
      *fatal:* | *error:*) wrong=$line ;;
    esac
    if [ -n "${line// /}" ]; then any=$line; fi
  done <"$private/git-error"
  case $rejected in
    *'(branch is currently checked out)'*)
      REPLY='The branch is checked out in that repository, and git takes no push to such a branch. Check out another one'
      REPLY="$REPLY there, or name another output_repository.branch for the next run."
      return
      ;;
    *declined*) # by a hook, a protected branch or a rule; the fix first, as a long reason is cut off at its end
      REPLY="The output repository refused the push (${rejected##*\(}. Allow it there, or name another"
      REPLY="$REPLY output_repository.branch for the next run.${said:+ It said:$said}"
      return
      ;;
  esac
  REPLY=${rejected:-${wrong:-${any:-$empty}}}
  if [ -n "$remote" ]; then REPLY="$REPLY; $remote"; fi
}
