# ---- whether the instance is in use ----------------------------------------------------------------------------------
# A process that samples the signals, reports them, answers proposals, and judges alone where the control plane is silent.

readonly SAMPLE_SECONDS=15
readonly LEASE_SECONDS=21600       # without a word for so long, the agent judges alone
readonly SOFT_STOP_GRACE_SECONDS=600 # the control plane stops the VM at the soft stop: only where it does not, the agent does
readonly CPU_WINDOW_SECONDS=300

verdict='' verdict_signal='' verdict_seconds=0 # of the last sample
signals='' answer='' alone=''                  # fields of the report
signals_said='' signals_at=0                   # what of the signals was reported last, and when

run_judge() {
  who=judge
  set_elapsed
  lease_at=$elapsed stop_at=$((elapsed + meta_soft_stop_seconds)) signals_at=$((elapsed - meta_heartbeat_seconds))
  while ! is_agent_gone; do
    take_told
    look
    if [ -n "$open_proposal" ]; then
      answer_proposal
    else
      report_signals
      judge_alone
    fi
    read_word 4 "$SAMPLE_SECONDS"
  done
}

# Samples the signals, and reads the verdict: idle, busy, unknown, recent or silent. A VM without Python cannot tell: that counts as
# busy until the soft stop.
look() {
  local said=''
  set_elapsed
  if command -v python3 >/dev/null; then
    if [ ! -s "$private/signals.py" ]; then signals_program >"$private/signals.py" || true; fi
    said=$(python3 -I "$private/signals.py" sample "$private" "$elapsed" "$meta_idle_seconds" "$CPU_WINDOW_SECONDS" "$$" \
      "$bind" "$kept/token" "$on_gce" 2>>"$private/agent.log") || said=''
  fi
  if [[ $said != *"$NEWLINE"* ]]; then
    REPLY='python3 is missing on the VM, or could not look.'
    base64_of "$REPLY"
    said="unknown cpu 0$NEWLINE\"cpu\":{\"says\":\"unknown\",\"detail64\":\"$REPLY\"}"
  fi
  read -r verdict verdict_signal verdict_seconds <<<"${said%%"$NEWLINE"*}"
  signals=${said#*"$NEWLINE"}
}

# The fields of the report that this process knows. A pipe takes 4096 bytes at once.
report_fields() {
  REPLY="\"signals\":{$signals}"
  if [ "${#REPLY}" -gt 3500 ]; then REPLY='"signals":{"cpu":{"says":"unknown"}}'; fi
  REPLY="$REPLY${answer:+,\"answer\":$answer}${alone:+,\"alone\":$alone}"
}

# Reports the signals with each heartbeat, and at once where the verdict is another one.
report_signals() {
  if [ "$verdict $verdict_signal" = "$signals_said" ] && [ "$((elapsed - signals_at))" -lt "$meta_heartbeat_seconds" ]; then return 0; fi
  signals_said="$verdict $verdict_signal" signals_at=$elapsed
  report_fields
  printf 'progress %s\n' "$REPLY" >&3
}

# Answers with what was seen after the proposal had come.
answer_proposal() {
  proposal=$open_proposal open_proposal=''
  if [ "$verdict" = idle ] && [ "$elapsed" -ge "$extended_until" ] && [ ! -e "$private/going-down" ]; then
    note "proposal $proposal: nobody has worked for $verdict_seconds s"
    answer="{\"proposal\":$proposal,\"says\":\"going\"}"
    leave_idle
    return 0
  fi
  note "proposal $proposal: vetoed, $verdict $verdict_signal"
  answer="{\"proposal\":$proposal,\"says\":\"vetoed\""
  case $verdict in busy | unknown | recent) answer="$answer,\"signal\":\"$verdict_signal\"" ;; esac
  answer="$answer}"
  report_fields
  printf 'news %s\n' "$REPLY" >&3
}

# The control plane has not been heard of for hours: idle, the VM powers itself off; busy, it stays until the last soft stop that is
# known.
judge_alone() {
  if [ -e "$private/going-down" ]; then return 0; fi
  if [ "$elapsed" -ge "$((stop_at + SOFT_STOP_GRACE_SECONDS))" ] && [ "$elapsed" -ge "$extended_until" ]; then
    note 'the soft stop is past'
    alone='"soft-stop"'
    leave_idle
  elif [ "$((elapsed - lease_at))" -ge "$LEASE_SECONDS" ] && [ "$verdict" = idle ] && [ "$elapsed" -ge "$extended_until" ]; then
    note "the control plane has been silent for $((elapsed - lease_at)) s, and nobody has worked for $verdict_seconds s"
    alone=true
    leave_idle
  fi
}

# Reports why, and powers the VM off once the report is taken, or could not be sent for a quarter of an hour.
leave_idle() {
  report_fields
  printf 'news %s\nlast\n' "$REPLY" >&3
  while kill -0 "$reporter" 2>/dev/null; do pause 1; done
  : >"$private/complete" # nothing is left for shutdown.sh
  leave_now
}
