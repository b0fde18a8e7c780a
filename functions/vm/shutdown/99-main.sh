# ---- the VM goes down ------------------------------------------------------------------------------------------------
# What can be done in the seconds that remain.

agent='' # of the agent's settings: its process

# Reads with one curl whether this is a preemption, and new tokens, as the agent's may have expired.
read_signs() {
  rm -f "$private/going-preempted" "$private/going-token" "$private/going-identity"
  metadata_curl --connect-timeout 2 --max-time 5 \
    -o "$private/going-preempted" "$METADATA/preempted" \
    -o "$private/going-token" "$METADATA/service-accounts/default/token" \
    -o "$private/going-identity" "$METADATA/service-accounts/default/identity?audience=$audience&format=full" || true
  read_file "$private/going-token"
  if ! use_token "$REPLY"; then exit 0; fi
  read_file "$private/going-preempted"
  preempted=false
  if [ "${REPLY:0:4}" = TRUE ]; then preempted=true; fi
  read_file "$private/going-identity"
  split_identity "$REPLY" || note 'no identity token'
}

# Whether the VM really goes down. Where the package of Google's guest agent is installed anew, this script runs on a VM that
# goes on.
is_going_down() {
  local state
  if ! $on_gce; then return 0; fi
  state=$(systemctl is-system-running 2>/dev/null) || true
  case $state in
    initializing | starting | running | degraded | maintenance) ;;
    *) return 0 ;;
  esac
  state=$(metadata_curl --max-time 2 "$METADATA/preempted" 2>/dev/null) || true
  [ "$state" = TRUE ]
}

# The control plane has given this VM up: nothing of it is wanted.
leave_if_fenced() {
  begin_transfers
  add_download "$prefix$FENCED_OBJECT"
  run_transfers
  if [ "${codes[1]:-000}" = 200 ]; then exit 0; fi
}

# Adds a report of this script's own: the agent's cumulative state, and that the VM is going down.
add_report() {
  local state seq=0
  if ! IFS= read -r state <"$private/state"; then return 0; fi
  if [ -f "$private/going-seq" ]; then read -r seq <"$private/going-seq" || true; fi
  seq=$((seq + 1))
  printf '%s\n' "$seq" >"$private/going-seq" || true # a full disk
  kind_state
  set_now
  state="{$state$REPLY,\"stopping\":{\"preempted\":$preempted,\"at\":\"$now\"}}"
  report_data shutdown "$seq" lifecycle "$state"
  add_message "$REPLY"
}

main() {
  export LC_ALL=C # texts are bytes
  detect_vm
  find_folders
  if [ ! -d "$private" ] || ! is_going_down; then exit 0; fi
  : >"$private/going-down" # before anything else: a command that fails from now on was interrupted
  if [ -e "$private/complete" ] || [ -e "$private/fenced" ] || [ ! -f "$private/settings" ]; then exit 0; fi
  umask 077
  # shellcheck disable=SC1091 # written by agent.sh
  . "$private/settings"
  exec >>"$private/agent.log" 2>&1 || true
  who=shutdown transfer_limits=$'connect-timeout = 3\nmax-time = 20'
  note 'the VM is going down'
  read_signs
  leave_if_fenced
  kind_begin_saving
  begin_transfers
  add_report
  run_transfers # separately: copying and sending the rest may take all the time that is left
  begin_transfers
  kind_add_results
  run_transfers
  kind_end_saving
}

main
