# ---- setup and start command -----------------------------------------------------------------------------------------
# The user's texts that must have ended before the services are started.

# At the first boot, and again at the next ones until it has succeeded.
phase_setup() {
  enter_phase setup
  run_text "$meta_setup_64" "$meta_setup_secrets" 'The setup'
  end_kept_group
  if [ -z "$failure_reason" ]; then finish_step setup; fi
}

# At every boot. What it leaves running stays until the VM is switched off.
phase_start() {
  enter_phase start
  if [ -z "$meta_start_64" ]; then return 0; fi
  run_text "$meta_start_64" "$meta_secrets" 'The start command'
}

# Runs one: base64 of it, its secrets, its name in messages. One that takes long is reported, and goes on: it may be a program that
# is meant to stay, and its user may be working with that.
run_text() {
  local text text_name=$3
  if ! begin_secrets "$2"; then return 0; fi
  decode_text "$1"
  text=$REPLY
  (umask "$user_umask" && mkdir -p "$repo") || true
  set_elapsed
  late_at=$((elapsed + LATE_SECONDS))
  keeps_group=true
  run_user_shell "$UNLIMITED_SECONDS" "$text"
  keeps_group=false late_at=0
  end_lateness
  if [ "$group_exit" -eq 0 ]; then return 0; fi
  leave_if_going_down
  last_line
  fail_with setup-failed "$text_name ended with exit code $group_exit. Its last line: ${REPLY:-none}"
}

kind_waiting() {
  if [ "$late_at" -eq 0 ] || $is_late || ! is_past "$late_at"; then return 0; fi
  report_lateness "${text_name:-It} still runs after $LATE_SECONDS s. A program that is meant to stay belongs into services."
}

# Reports what takes long. It may yet succeed.
report_lateness() {
  is_late=true
  fail_with setup-failed "$1"
  set_failure_state
  report
}

# Takes the report back.
end_lateness() {
  if ! $is_late; then return 0; fi
  is_late=false failure_reason='' failure_message='' state_failure=''
  report
}

# A user's process is ended first where memory runs out, and not the agent.
kind_environment() {
  if $on_gce; then { printf '0\n' >/proc/self/oom_score_adj; } 2>/dev/null || true; fi
  export MYMLOPS_INSTANCE="$meta_instance" MYMLOPS_BIND="$bind"
  if [ -n "$MYMLOPS_PORT" ]; then export MYMLOPS_PORT; fi
}

kind_variables() {
  print_encoded "$meta_env_64"
}
