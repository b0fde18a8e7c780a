# ---- the outcome -----------------------------------------------------------------------------------------------------
# The last object that an attempt writes: it says that all results are in the bucket.

# Writes the outcome, once and after all results that it lists.
write_outcome() {
  local json
  set_now
  finished_at=${finished_at:-$now}
  json="{\"v\":1,\"attempt\":$meta_attempt,\"boot\":\"$boot\",\"startedAt\":\"${started_at:-$boot_at}\",\"finishedAt\":\"$finished_at\",\"savedAt\":\"$now\""
  if $command_ran; then
    json="$json,\"command\":{\"exit\":$command_exit,\"timedOut\":$timed_out,\"lastLine64\":\"$last_line_64\""
    json="$json${params_read:+,\"paramsRead\":$params_read}}"
  fi
  if [ -n "$state_failure" ]; then json="$json,\"failure\":$state_failure"; fi
  {
    printf '%s,"manifest":[' "$json" &&
      paste -s -d , "$private/manifest" &&
      printf '],"missing":[' &&
      paste -s -d , "$private/missing" &&
      printf ']}\n'
  } >"$private/outcome.json" || leave_without_room outcome.json
  begin_tries "$OUTCOME_SECONDS"
  until send_outcome; do
    next_try || leave_quietly "outcome.json could not be written: HTTP ${codes[2]:-000}" # another attempt may follow
  done
  outcome_written=true state_outcome=true
  : >"$private/complete"
  report
}

# With the agent's own log, which nothing else keeps. The answer may get lost. If the object exists, it must be this boot's:
# another one means that this VM is not wanted.
send_outcome() {
  begin_transfers
  steady_copy "$private/agent.log" "$work/agent.log"
  if [ ! -e "$REPLY" ]; then : >"$REPLY"; fi # deleted meanwhile by what the command left
  add_upload "${prefix}agent.log" "$REPLY"
  add_upload "${prefix}outcome.json" "$private/outcome.json" '&ifGenerationMatch=0'
  run_transfers
  if [ "${codes[2]:-000}" = 200 ]; then return 0; fi
  if [ "${codes[2]:-000}" != 412 ]; then return 1; fi
  begin_transfers
  add_download "${prefix}outcome.json"
  run_transfers
  if [ "${codes[1]:-000}" != 200 ]; then return 1; fi
  answer_path 1
  read_file "$REPLY"
  json_field "$REPLY" boot
  if [ "$REPLY" != "$boot" ]; then leave_quietly 'another boot wrote the outcome'; fi
}
