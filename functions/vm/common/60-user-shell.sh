# ---- the user's shell ------------------------------------------------------------------------------------------------
# The user's shell texts: ready_command, and those of the kind.

# Runs a shell text of the user: time limit, text, argument. It gets the secrets that begin_secrets has read. Sets group_exit
# and timed_out.
run_user_shell() {
  local out=$log
  local limit=$1
  shift
  keep_reserve
  run_in_group "$limit" user_shell "$@"
  forget_secrets
  if [ -z "$kept_group" ]; then settle_mask; fi
  kind_shell_ended
  note "command ended: exit $group_exit, timed out $timed_out"
  repair_home
  leave_if_fenced
}

# A new shell reads the user's variables from a pipe, and becomes the text's shell. The agent's shell could not export them: it
# has variables of its own, and some of these names would mean one of them.
# shellcheck disable=SC2016 # expanded by the new shell
readonly SET_VARIABLES='while IFS= read -r -d "" MYMLOPS_PAIR <&7; do export "$MYMLOPS_PAIR"; done; exec 7<&-; exec "$0" -c "$@"'

# Runs the user's shell text: stdin is empty, output goes into the log, and no descriptor or variable of the agent is passed
# on. The argument is a positional parameter, never part of the text. This process stays as the parent of the text's shell: a
# text that kills its parent kills nothing else of the agent, and a TERM to the whole group does not end this process before
# it has the exit code.
user_shell() {
  cd "$repo" || { printf 'mymlops: the project folder is gone.\n' >>"$log" && exit 1; }
  umask "$user_umask"
  ulimit -S -c "$user_core"
  unset LC_ALL GCE_METADATA_HOST GCE_METADATA_IP METADATA_SERVER_DETECTION
  if [ -n "$user_lc_all" ]; then export LC_ALL="$user_lc_all"; fi
  if $on_gce; then export_system; else apply_environment; fi
  kind_environment
  if [ ${#secret_names[@]} -gt 0 ]; then out=$mask; fi
  exec 3>&- 4>&- 5>&- 6>&- 8>&- 9<&-
  trap - ERR
  trap : TERM INT HUP
  # shellcheck disable=SC2089 # the quotes are for the shell below
  if [ $# -gt 1 ]; then set -- "$1 \"\$1\"" bash "$2"; fi
  if $has_variables || [ ${#secret_names[@]} -gt 0 ]; then
    "$BASH" -c "$SET_VARIABLES" "$BASH" "$@" 7< <(print_variables) </dev/null >>"$out" 2>&1
  else
    "$BASH" -c "$@" </dev/null >>"$out" 2>&1
  fi
}

# Prints variables, NAME=value, each with a NUL at its end. $1: base64 of lines NAME=base64.
print_encoded() {
  local line lines
  decode_text "$1"
  lines=$REPLY
  if [ -z "$lines" ]; then return 0; fi
  while IFS= read -r line; do
    printf '%s=' "${line%%=*}"
    printf '%s' "${line#*=}" | decode64
    printf '\0'
  done <<<"$lines"
}

# Exports variables of the shell from which the user committed, so that the user's Python is found on this computer. Lines
# NAME=base64.
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
  # Jupyter finds the user's own kernels, but keeps the files of running kernels in this HOME.
  export JUPYTER_RUNTIME_DIR="$HOME/.local/share/jupyter/runtime"
}

# REPLY: the last line of the log, at most 300 bytes: it is most often the cause of a failure.
last_line() {
  local text
  text=$(tail -c 4096 "$log" | tr '\000\r' ' \n' | sed -n -e '/[^[:space:]]/h' -e '$ {' -e g -e p -e '}')
  REPLY=${text:0:300}
}
