# ---- the user's shell ------------------------------------------------------------------------------------------------
# Shell texts of the user's: ready_command, setup, command.

# Runs shell text of the user's: time limit, text, argument. Sets group_exit and timed_out.
run_user_shell() {
  local limit=$1
  shift
  keep_reserve
  run_in_group "$limit" user_shell "$@"
  kind_shell_ended
  note "command ended: exit $group_exit, timed out $timed_out"
  mend_home
  leave_if_closed
}

# The user's shell text: stdin empty, output straight into the log, no descriptor and no variable of ours. The path is a
# positional parameter, never part of the text. This process stays as the text's parent, so that one which ends its
# parent ends nothing else of the agent; a TERM for the whole group does not end it before it can tell the exit code.
user_shell() {
  cd "$repo" || { printf 'mymlops: the project folder is gone.\n' >>"$log" && exit 1; }
  umask "$user_umask"
  unset LC_ALL GCE_METADATA_HOST GCE_METADATA_IP METADATA_SERVER_DETECTION
  if [ -n "$user_lc_all" ]; then export LC_ALL="$user_lc_all"; fi
  if ! $on_gce; then apply_environment; fi
  kind_environment
  exec 3>&- 4>&- 5>&- 6>&- 8>&- 9<&-
  trap - ERR
  trap : TERM INT HUP
  # shellcheck disable=SC2089 # a shell reads it: the quotes are for that one
  if [ $# -gt 1 ]; then set -- "$1 \"\$1\"" bash "$2"; fi
  "$BASH" -c "$@" </dev/null >>"$log" 2>&1
}

# Variables of the committing shell, lines NAME=base64: how the user's Python is found on this machine.
apply_environment() {
  local line name lines
  decode_text "$meta_environment_64"
  lines=$REPLY
  while IFS= read -r line; do
    name=${line%%=*}
    case $name in
      '' | [0-9]* | *[!A-Za-z0-9_]* | BASHOPTS | SHELLOPTS | UID | EUID | PPID) continue ;;
    esac
    decode_text "${line#*=}"
    export "$name=$REPLY"
  done <<<"$lines"
  # Jupyter's data are the user's own; files of the kernels that run stay here.
  export JUPYTER_RUNTIME_DIR="$HOME/.local/share/jupyter/runtime"
}
