# ---- git -------------------------------------------------------------------------------------------------------------
# git that nothing on this machine steers.

# The bytes of files as they are, whatever rules on line endings, filters or encodings there are elsewhere.
readonly AS_IT_IS='* -text -ident -filter !eol !working-tree-encoding'

# git without anything that the machine or the notebook could have put in its way: no variable, no configuration but our
# own, no hooks, no prompt, only safe protocols. An older git knows no GIT_CONFIG_GLOBAL, hence the HOME.
safe_git() (
  protocols=https:ssh
  if ! $on_gce; then protocols=https:ssh:file; fi
  for name in ${!GIT_*}; do unset "$name"; done
  export HOME="$private" XDG_CONFIG_HOME="$private" GIT_CONFIG_GLOBAL="$private/.gitconfig" GIT_CONFIG_NOSYSTEM=1 \
    GIT_ATTR_NOSYSTEM=1 GIT_DEFAULT_REF_FORMAT=files GIT_TERMINAL_PROMPT=0 GIT_ASKPASS='' SSH_ASKPASS='' \
    GIT_ALLOW_PROTOCOL="$protocols" \
    GIT_SSH_COMMAND='ssh -oBatchMode=yes -oConnectTimeout=20 -oServerAliveInterval=15'
  exec git -c core.hooksPath=/dev/null -c gc.auto=0 -c maintenance.auto=false -c init.defaultBranch=main \
    -c advice.detachedHead=false -c http.lowSpeedLimit=1 -c http.lowSpeedTime=60 "$@" 3>&- 4>&- 5>&- 6>&- 8>&-
)

# A new repository: its hash (sha1 or sha256), more arguments. git 3 makes others than older ones do where it is free to
# choose; one that does not know the option has SHA-1 alone.
init_repository() {
  local format=$1
  shift
  if [ "$format" = sha1 ]; then
    safe_git init -q --template= --object-format=sha1 "$@" 2>/dev/null || safe_git init -q --template= "$@"
  else
    safe_git init -q --template= --object-format="$format" "$@"
  fi
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
