# ---- services --------------------------------------------------------------------------------------------------------
# The user's services: started at every boot, looked at, and started again when they have ended.

# Reads the lines `name port path-64 token-variable command-64`.
read_services() {
  local count=0 name port path token_variable command lines
  decode_text "$meta_services_64"
  lines=$REPLY
  if [ -z "$lines" ]; then return 0; fi
  while read -r name port path token_variable command; do
    service_names[count]=$name service_ports[count]=$port service_token_names[count]=${token_variable#-}
    decode_text "$path"
    service_paths[count]=$REPLY
    decode_text "$command"
    service_commands[count]=$REPLY
    service_groups[count]='' service_states[count]=starting service_restarts[count]=0 service_due[count]=0
    service_backoffs[count]=1 service_probes[count]=0 service_misses[count]=0 service_begun[count]=''
    service_answered[count]=false
    count=$((count + 1))
  done <<<"$lines"
}

# Keeps all services running until the VM is switched off. The phase `serve` begins when each has answered.
keep_services() {
  local index
  set_elapsed
  late_at=$((elapsed + LATE_SECONDS))
  while :; do
    for ((index = 0; index < ${#service_names[@]}; index++)); do tend_service "$index"; done
    report_services
    leave_if_fenced
    pause 1
  done
}

# Starts a service that is due, notices one that has ended, looks at one that runs.
tend_service() {
  local index=$1
  if [ -n "${service_groups[index]}" ] && ! kill -0 "${service_groups[index]}" 2>/dev/null; then end_service "$index"; fi
  if [ -z "${service_groups[index]}" ]; then
    if is_past "${service_due[index]}" && [ ! -e "$private/going-down" ]; then start_service "$index"; fi
    return 0
  fi
  if is_past "${service_probes[index]}"; then probe_service "$index"; fi
}

start_service() {
  local out=$log index=$1
  set_elapsed
  token_name=${service_token_names[index]}
  if ! begin_secrets "$meta_secrets"; then
    set_failure_state
    report
    service_due[index]=$((elapsed + MOST_BACKOFF_SECONDS))
    return 0
  fi
  if [ "$failure_reason" = secret-unavailable ]; then
    failure_reason='' state_failure=''
    report
  fi
  (umask "$user_umask" && mkdir -p "$repo") || true
  MYMLOPS_PORT=${service_ports[index]}
  if [ -n "${service_begun[index]}" ]; then service_restarts[index]=$((service_restarts[index] + 1)); fi
  run_beside user_shell "${service_commands[index]}"
  service_groups[index]=$REPLY service_begun[index]=$elapsed service_probes[index]=$elapsed
  forget_secrets
  token_name='' MYMLOPS_PORT=''
  write_service_groups
  note "service ${service_names[index]} started: ${service_groups[index]}"
}

# The token of the services, as one more secret: it is hidden in the log as well.
kind_secrets() {
  if [ -z "$token_name" ]; then return 0; fi
  read_line "$kept/token" 2>/dev/null || read_file "$kept/token"
  secret_names[${#secret_names[@]}]=$token_name
  secret_values[${#secret_values[@]}]=$REPLY
}

# A service has ended: what it left running ends as well, and it is started again a little later, each time longer.
end_service() {
  local index=$1 code=0 backoff
  wait "${service_groups[index]}" 2>/dev/null || code=$?
  end_group "${service_groups[index]}"
  set_elapsed
  if [ "$((elapsed - service_begun[index]))" -ge "$STEADY_SECONDS" ]; then service_backoffs[index]=1; fi
  backoff=${service_backoffs[index]}
  service_groups[index]='' service_states[index]=down service_misses[index]=0
  service_due[index]=$((elapsed + backoff))
  backoff=$((backoff * 2))
  if [ "$backoff" -gt "$MOST_BACKOFF_SECONDS" ]; then backoff=$MOST_BACKOFF_SECONDS; fi
  service_backoffs[index]=$backoff
  write_service_groups
  if [ -e "$private/going-down" ]; then return 0; fi
  printf '\nmymlops: the service %s ended with exit code %s. It is started again in %s s.\n' "${service_names[index]}" "$code" \
    "$((service_due[index] - elapsed))" >>"$log"
}

# Asks the service for its path. Any answer with a status under 500 will do: a page that asks for the token is one.
probe_service() {
  local index=$1 code
  code=$(curl -q -s -g -o /dev/null --noproxy '*' --max-time "$PROBE_LIMIT_SECONDS" -w '%{http_code}' \
    "http://$bind:${service_ports[index]}${service_paths[index]}") || true
  set_elapsed
  case $code in
    [1-4][0-9][0-9])
      service_states[index]=ready service_misses[index]=0 service_answered[index]=true
      service_probes[index]=$((elapsed + PROBE_SECONDS))
      return 0
      ;;
  esac
  service_probes[index]=$((elapsed + 1))
  if [ "${service_states[index]}" != ready ]; then
    service_states[index]=starting
    return 0
  fi
  service_misses[index]=$((service_misses[index] + 1))
  if [ "${service_misses[index]}" -ge "$MOST_MISSES" ]; then service_states[index]=down; fi
}

# Reports the services where their state has changed, and the phase.
report_services() {
  local waited
  services_json
  if [ "$REPLY" != "$services_said" ]; then
    services_said=$REPLY
    report
  fi
  waited=$(first_silent_service)
  if [ -z "$waited" ]; then
    late_at=0
    end_lateness
    if [ "$state_phase" != serve ]; then enter_phase serve; fi
  elif [ "$late_at" -ne 0 ] && ! $is_late && [ -z "$failure_reason" ] && is_past "$late_at"; then
    report_lateness "The service $waited has not answered within $LATE_SECONDS s. The log has what it said."
  fi
}

# Prints the first service that has never answered in this boot.
first_silent_service() {
  local index
  for ((index = 0; index < ${#service_names[@]}; index++)); do
    if ! ${service_answered[index]}; then
      printf '%s, port %s,' "${service_names[index]}" "${service_ports[index]}"
      return 0
    fi
  done
}

services_json() {
  local index
  REPLY=''
  for ((index = 0; index < ${#service_names[@]}; index++)); do
    REPLY="${REPLY:+$REPLY,}\"${service_names[index]}\":{\"state\":\"${service_states[index]}\",\"restarts\":${service_restarts[index]}}"
  done
}

# Writes down which processes are the services', for shutdown.sh, which ends them, and for the sampling program. Lines
# `port group token`, or `-` for a service without the token.
write_service_groups() {
  local index given
  for ((index = 0; index < ${#service_names[@]}; index++)); do
    if [ -z "${service_groups[index]}" ]; then continue; fi
    given=-
    if [ -n "${service_token_names[index]}" ]; then given=token; fi
    printf '%s %s %s\n' "${service_ports[index]}" "${service_groups[index]}" "$given"
  done >"$private/services.new" || return 0
  mv -f "$private/services.new" "$private/services"
}

# Ends the services in the time that remains.
end_services() {
  local index try=0 pid left
  for pid in ${service_groups[@]+"${service_groups[@]}"}; do
    if [ -n "$pid" ]; then kill -TERM -- "-$pid" 2>/dev/null || true; fi
  done
  while [ "$try" -lt "$((STOP_SECONDS * 10))" ]; do
    left=false
    for pid in ${service_groups[@]+"${service_groups[@]}"}; do
      if [ -n "$pid" ] && kill -0 -- "-$pid" 2>/dev/null; then left=true; fi
    done
    if ! $left; then return 0; fi
    try=$((try + 1))
    sleep 0.1
  done
  for ((index = 0; index < ${#service_names[@]}; index++)); do
    if [ -n "${service_groups[index]}" ]; then kill -KILL -- "-${service_groups[index]}" 2>/dev/null || true; fi
  done
}
