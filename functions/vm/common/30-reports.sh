# ---- reports ---------------------------------------------------------------------------------------------------------
# Reports to the control plane, and the process that sends them.

# Writes the cumulative state as one line: a line without its end is still being written. Then wakes the reporter, which
# alone sends, so that the main process never waits for the network here.
report() {
  local json="\"phase\":\"$state_phase\",\"phases\":{$state_phases}"
  if [ -n "$state_failure" ]; then json="$json,\"failure\":$state_failure"; fi
  kind_state
  json="$json$REPLY"
  printf '%s\n' "$json" >"$private/state"
  printf '%s\n' "${1:-lifecycle}" >&3
}

# Begins a phase and reports it. The phase boot is not reported at once: the VM has claimed nothing yet.
enter_phase() {
  set_now
  note "phase $1"
  state_phase=$1
  state_phases="${state_phases:+$state_phases,}\"$1\":\"$now\""
  if [ "$1" != boot ]; then report; fi
}

# The reporter sends the newest state when it is woken, and a heartbeat when nothing was sent for a while. It tries until a
# report is taken. Only the reporter numbers reports. After `final` it repeats the last report until the VM is deleted; after `last`
# it ends once that is taken.
run_reporter() {
  local want='' poke='' interval=$meta_heartbeat_seconds backoff=1 timeout idle=heartbeat ends=0 progress='' leaves=false
  who=reporter seq=0 delivered='' built='' state=''
  while [ "$ends" -eq 0 ] || ! is_past "$ends"; do
    if [ -n "$want" ]; then timeout=$backoff; else timeout=$interval; fi
    read_word 3 "$timeout"
    poke=$REPLY
    if is_agent_gone; then leave_without_agent; fi
    if [ "$poke" = final ]; then
      set_deletion_end
      idle=repeat interval=$REPEAT_SECONDS ends=$REPLY
      poke=lifecycle
    fi
    if [ "$poke" = last ]; then
      set_deletion_end
      leaves=true ends=$REPLY
      poke=lifecycle
    fi
    case $poke in
      progress\ *) # JSON fields that are reported beside the state
        progress=${poke#progress }
        if [ -z "$want" ]; then want=heartbeat; fi
        ;;
      news\ *) # the same, where they must not wait for a heartbeat
        progress=${poke#news }
        delivered='' poke=lifecycle
        ;;
    esac
    if [ "$poke" = lifecycle ]; then want=lifecycle backoff=1; fi # a new state does not wait because an older one failed
    if send_report "${want:-$idle}"; then
      want='' backoff=1
      if $leaves; then return 0; fi
    else
      want=${want:-$idle} backoff=$((backoff < 16 ? backoff * 2 : 30))
    fi
  done
}

# REPLY: until when the VM waits for its deletion. Powered off, it would keep its disk, which bills, and Google would forget the
# VM's time limit, at which it deletes both. So where that is near the VM waits for it.
set_deletion_end() {
  set_elapsed
  REPLY=$((elapsed + deletion_wait_seconds))
  if [ "$meta_time_limit_seconds" -gt 0 ] && [ "$((meta_time_limit_seconds - REPLY))" -le "$TIME_LIMIT_SECONDS" ]; then
    REPLY=$((meta_time_limit_seconds + TIME_LIMIT_GRACE_SECONDS))
    note "not powering off: Google deletes this VM $((REPLY - TIME_LIMIT_GRACE_SECONDS - elapsed)) s from now"
  fi
}

start_reporter() {
  run_reporter &
  reporter=$!
}

# Sends a report: lifecycle, heartbeat or repeat. A lifecycle state that was delivered is not sent again, except by `repeat`,
# which sends the same message once more: it adds nothing, but makes the control plane look again.
send_report() {
  local kind=$1
  if [ "$kind" = repeat ]; then
    publish_data lifecycle
    return
  fi
  if [ -f "$private/state" ]; then # a command may have deleted it: the state that was read before still holds
    read_line "$private/state" || return 1
    state=$REPLY
  fi
  if [ -z "$state" ]; then return 0; fi # of a phase that is not reported: what else there is to say comes with the next one
  if [ "$kind" = lifecycle ] && [ "$state" = "$delivered" ]; then return 0; fi
  if [ "$built" != "$kind $state $progress" ]; then
    seq=$((seq + 1))
    build_data "$kind" "{$state${progress:+,$progress}}"
    built="$kind $state $progress"
  fi
  publish_data "$kind" || return 1
  built=''
  if [ "$kind" = lifecycle ]; then delivered=$state; fi
}

# Sets a variable of the report's kind to the data of the message. A report that is tried again keeps its number and text.
build_data() {
  report_data agent "$seq" "$1" "$2"
  printf -v "data_$1" '%s' "$REPLY"
}

publish_data() {
  local data="data_$1"
  if ! ensure_identity; then
    note 'no identity token'
    return 1
  fi
  begin_transfers
  add_message "${!data}"
  run_transfers
  if [ "${codes[1]:-000}" = 200 ]; then return 0; fi
  if [ "${codes[1]:-000}" = 403 ]; then note 'the account of this VM needs pubsub.topics.publish on the topic of events'; fi
  note "report not taken: HTTP ${codes[1]:-000}"
  return 1
}
