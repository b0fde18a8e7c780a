# ---- git -------------------------------------------------------------------------------------------------------------
# git without influence from the VM's configuration or the user's files.

key_file='' # of a deploy key, if git is to use one

# Attributes that keep the bytes of files, whatever rules on line endings, filters or encodings there are elsewhere.
readonly AS_IT_IS='* -text -ident -filter !eol !working-tree-encoding'

# git with no variable, configuration or hook of the VM or the user's files, without prompts, and with safe protocols only. An
# older git ignores GIT_CONFIG_GLOBAL, so HOME is set as well.
safe_git() (
  protocols=https:ssh
  if ! $on_gce; then protocols=https:ssh:file; fi
  for name in ${!GIT_*}; do unset "$name"; done
  export XDG_CONFIG_HOME="$private" GIT_CONFIG_GLOBAL="$private/.gitconfig" GIT_CONFIG_NOSYSTEM=1 \
    GIT_ATTR_NOSYSTEM=1 GIT_DEFAULT_REF_FORMAT=files GIT_TERMINAL_PROMPT=0 GIT_ASKPASS='' SSH_ASKPASS='' \
    GIT_ALLOW_PROTOCOL="$protocols" \
    GIT_SSH_COMMAND='ssh -oBatchMode=yes -oConnectTimeout=20 -oServerAliveInterval=15'
  if [ -n "$key_file" ]; then
    # The deploy key and no other, whatever the system's ssh is configured for; only hosts whose keys are known. Paths are
    # variables: the text is for a shell.
    export MYMLOPS_KEY="$key_file" MYMLOPS_KNOWN_HOSTS="$private/known_hosts"
    # shellcheck disable=SC2016 # as above
    GIT_SSH_COMMAND="$GIT_SSH_COMMAND"' -F /dev/null -oIdentitiesOnly=yes -oIdentityAgent=none -i "$MYMLOPS_KEY"'
    # shellcheck disable=SC2016 # as above
    GIT_SSH_COMMAND="$GIT_SSH_COMMAND"' -oStrictHostKeyChecking=yes -oGlobalKnownHostsFile=/dev/null'
    # shellcheck disable=SC2016 # as above
    GIT_SSH_COMMAND="$GIT_SSH_COMMAND"' -oUserKnownHostsFile="\"$MYMLOPS_KNOWN_HOSTS\""'
  fi
  HOME="$private" exec git -c core.hooksPath=/dev/null -c gc.auto=0 -c maintenance.auto=false -c init.defaultBranch=main \
    -c advice.detachedHead=false -c http.lowSpeedLimit=1 -c http.lowSpeedTime=60 "$@" 3>&- 4>&- 5>&- 6>&- 7<&- 8>&-
)

# Makes a repository: its hash (sha1 or sha256), more arguments. The default of git 3 is another hash than before. A git that
# does not know the option has only SHA-1.
init_repository() {
  local format=$1
  shift
  if [ "$format" = sha1 ]; then
    safe_git init -q --template= --object-format=sha1 "$@" 2>/dev/null || safe_git init -q --template= "$@"
  else
    safe_git init -q --template= --object-format="$format" "$@"
  fi
}
