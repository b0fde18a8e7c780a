# ---- the end of an instance's boot -----------------------------------------------------------------------------------
# An instance's part of the state, and how its VM is left.

kind_state() {
  REPLY=''
  if [ -n "$services_said" ]; then REPLY=",\"services\":{$services_said}"; fi
}

# A failure of the user's texts, or of what came before them: the VM stays on, so that its user can look.
stay_failed() {
  set_failure_state
  report
  while :; do
    leave_if_fenced
    pause 5
  done
}

# Has the agent's main process leave, from any of its processes: it ends the services, and the VM is powered off.
leave_now() {
  kill -TERM "$$" 2>/dev/null || true
}

kind_leave() {
  local pid
  end_services
  for pid in "$judge" "$poller" "$sender" "$bundle_fetch"; do
    if [ -n "$pid" ]; then kill -KILL -- "-$pid" 2>/dev/null || true; fi
  done
}

# The agent's main process was killed.
kind_end_processes() {
  local pid
  while read -r _ pid _; do kill -TERM -- "-$pid" 2>/dev/null || true; done <"$private/services" || true
}
