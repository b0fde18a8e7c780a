# ---- setup and command -----------------------------------------------------------------------------------------------
# What setup and command find, and how they end.

# Sets the paths that follow from the notebook's, and makes the files and folders that the command finds.
# shellcheck disable=SC2034 # notebook_name is for shutdown.sh
prepare_command() {
  decode_text "$meta_notebook_64"
  notebook=$REPLY
  notebook_path="$repo/$notebook"
  notebook_folder=${notebook_path%/*}
  notebook_name=${notebook##*/}
  params="$work/params.json"
  write_params
  make_checkpoint_folder
  begin_progress
  write_settings
}

write_params() {
  remove_any "$params"
  if [ -n "$meta_params_64" ]; then
    printf '%s' "$meta_params_64" | decode64 >"$params"
  else
    printf '{}' >"$params"
  fi
  watch_params
}

# Reading a file sets its access time if that is older than its modification time. So both are set to a time long ago, the
# access time one minute before the other: old shells compare whole seconds.
watch_params() {
  params_watched=false
  if ! has_params; then return 0; fi
  if touch -t 200001010002 "$params" && touch -a -t 200001010001 "$params" && [ -N "$params" ]; then
    params_watched=true
  fi
}

has_params() {
  case $meta_params_64 in '' | e30=) return 1 ;; esac # {}
}

# Notes whether the user's shell text has read the parameters. Setup counts as well: it may prepare files for the command.
kind_shell_ended() {
  if [ ! -f "$params" ] || [ -L "$params" ]; then
    params_lost=true
  elif $params_watched && [ ! -N "$params" ]; then
    params_read=true
  fi
}

# Called when the command has ended. If no access to the parameters shows, they were not read, unless the file system records
# no access at all: then an access by the agent does not show either.
settle_params() {
  if [ -n "$params_read" ] || ! $params_watched || $params_lost; then return 0; fi
  cat "$params" >/dev/null 2>&1 || true
  if [ ! -N "$params" ]; then params_read=false; fi
}

# Runs the user's setup, with the same shell, folder and environment as the command.
phase_setup() {
  enter_phase setup
  if ! begin_secrets "$meta_setup_secrets"; then return 0; fi
  local setup
  decode_text "$meta_setup_64"
  setup=$REPLY
  keeps_group=true
  run_user_shell "$meta_setup_seconds" "$setup"
  keeps_group=false
  if $timed_out; then
    timed_out=false
    fail_with setup-failed "The setup command did not end within its time limit of $meta_setup_seconds s."
  elif [ "$group_exit" -ne 0 ]; then
    leave_if_going_down
    fail_with setup-failed "The setup command ended with exit code $group_exit."
  fi
  if [ -n "$failure_reason" ]; then
    end_kept_group
    end_mask
  fi
}

phase_execute() {
  local command
  decode_text "$meta_command_64"
  command=$REPLY
  (umask "$user_umask" && mkdir -p "$notebook_folder/artifacts") ||
    note 'the folder artifacts/ could not be made'
  restore_checkpoint
  set_checkpoint_mark
  enter_phase execute
  if ! begin_secrets "$meta_secrets"; then return 0; fi
  look_for_fence # last, as Secret Manager may have been tried for long
  wait "$mark_pause" || true
  set_now
  started_at=$now
  run_user_shell "$meta_max_run_seconds" "$command" "$notebook"
  settle_params
  end_kept_group # not before: the command may need the processes that setup started
  end_leftover_processes "MYMLOPS_PARAMS=$params"
  end_mask
  set_now
  finished_at=$now command_exit=$group_exit command_ran=true
  if $timed_out; then
    printf '\nmymlops: the time limit of %s s was reached; the command was ended.\n' "$meta_max_run_seconds" >>"$log"
  elif [ "$command_exit" -ne 0 ]; then
    leave_if_going_down
    last_line
    base64_of "$REPLY"
    last_line_64=$REPLY
  fi
  state_command="{\"exit\":$command_exit,\"timedOut\":$timed_out,\"finishedAt\":\"$finished_at\"}"
}

# The variables of the configuration: lines NAME=base64.
kind_variables() {
  print_encoded "$meta_env_64"
}

kind_environment() {
  export MYMLOPS_RUN="$meta_run" MYMLOPS_ATTEMPT="$meta_attempt" MYMLOPS_NOTEBOOK="$notebook_path"
  export MYMLOPS_PARAMS="$params" MYMLOPS_ARTIFACTS="$notebook_folder/artifacts" MYMLOPS_CHECKPOINTS="$checkpoints"
}
