# ---- secrets ---------------------------------------------------------------------------------------------------------
# Values from Secret Manager for the user's shell texts. They are in variables of the agent that are not exported, in pipes, and
# in the environment of the text's shell: in no argument and no file. The log shows *** in their place.

secret_names=() secret_values=()
masks=0 mask='' masker=''  # how many masks there were; the newest one's fifo, and its process
secret_code='' secret_answer=''
helper_names="$helper_names masker"
readonly SECRET_SECONDS=120  # how long Secret Manager is tried
readonly SHORTEST_MASKED_LINE=4 # of a value with several lines, a shorter line such as } is not replaced

# Reads the secrets with these names, which have : between them, and has the log hide them. Fails with a reason if one cannot be
# read.
begin_secrets() {
  local name
  forget_secrets
  begin_tries "$SECRET_SECONDS"
  for name in ${1//:/ }; do
    until fetch_secret "$name"; do
      if is_final_code "$secret_code" || ! next_try; then
        leave_if_going_down
        forget_secrets
        explain_secret "$name"
        fail_with secret-unavailable "$REPLY"
        return 1
      fi
    done
    secret_names[${#secret_names[@]}]=$name
    secret_values[${#secret_values[@]}]=$REPLY
  done
  if [ ${#secret_names[@]} -gt 0 ]; then begin_mask; fi
}

# Clears the variables: no later process gets the values. A mask goes on for as long as a process may still write through it.
forget_secrets() {
  secret_names=() secret_values=()
}

# REPLY: the newest value of a secret; secret_code: the HTTP status; secret_answer: a refusal. The value comes through a pipe, so
# that it is in no file. A command substitution would cut line breaks at its end.
fetch_secret() {
  local answer url="$meta_secrets_url/v1/projects/$meta_project/secrets/${meta_deployment}_$1/versions/latest:access"
  secret_code=000 secret_answer=''
  ensure_token || note 'no access token'
  answer=$(printf '%s\n' "url = \"$url\"" "header = \"Authorization: Bearer $token\"" 'write-out = "\n%{http_code}"' \
    silent globoff "$transfer_limits" | curl -q -K -) || true
  secret_code=${answer##*"$NEWLINE"}
  case $secret_code in
    200) ;;
    [1-9][0-9][0-9]) secret_answer=$answer ;;
    *) secret_code=000 ;;
  esac
  if [ "$secret_code" = 401 ]; then token_until=0; fi
  if [ "$secret_code" != 200 ]; then return 1; fi
  json_field "$answer" data
  answer=${REPLY//\\u003d/=}
  answer=$(printf '%s' "$answer" | decode64 && printf x) || return 1
  REPLY=${answer%x}
}

# REPLY: a sentence that says why a secret cannot be read, and what to do.
explain_secret() {
  local pattern='"message"[[:space:]]*:[[:space:]]*"([^"\\]*)'
  REPLY=''
  if [[ $secret_answer =~ $pattern ]]; then REPLY=${BASH_REMATCH[1]}; fi
  case $secret_code in
    404) REPLY="The secret $1 does not exist. Store it: mymlops-client secrets set $1" ;;
    403) REPLY="The VM may not read the secret $1: $REPLY If it does not exist, store it: mymlops-client secrets set $1" ;;
    *) REPLY="The secret $1 could not be read (HTTP $secret_code)${REPLY:+: $REPLY}" ;;
  esac
}

# Prints the variables for the user's text, NAME=value, each with a NUL at its end.
print_variables() {
  local index
  kind_variables
  for ((index = 0; index < ${#secret_names[@]}; index++)); do
    printf '%s=%s\0' "${secret_names[index]}" "${secret_values[index]}"
  done
}

# Starts a process that copies what is written into a fifo to the log, and replaces the values.
begin_mask() {
  masks=$((masks + 1))
  mask="$private/mask-$masks"
  rm -f "$mask"
  mkfifo "$mask"
  run_beside copy_masked "$mask"
  masker=$REPLY
}

# sed reads its script from a pipe. It ends when no process writes into the fifo any more, and not with the command: that may
# say something when it is ended.
copy_masked() {
  local unbuffered=-u
  trap '' TERM INT HUP
  trap - EXIT ERR
  if ! printf '' | sed -u p >/dev/null 2>&1; then unbuffered=-l; fi # a Mac's
  exec sed "$unbuffered" -f <(mask_script) <"$1" >>"$log" 3>&- 4>&- 5>&- 6>&- 8>&- 9<&-
}

# Prints a script of sed: the longest text first, as it may contain another one.
mask_script() {
  local value text rest longest index count=0 at texts=()
  for ((index = 0; index < ${#secret_values[@]}; index++)); do
    value=${secret_values[index]}
    rest=$value$NEWLINE
    while [ -n "$rest" ]; do
      text=${rest%%"$NEWLINE"*} rest=${rest#*"$NEWLINE"}
      text=${text%$'\r'}
      if [ "$text" = "$value" ] || [ ${#text} -ge "$SHORTEST_MASKED_LINE" ]; then
        texts[count]=$text count=$((count + 1))
      fi
    done
  done
  while [ "$count" -gt 0 ]; do
    longest='' at=0
    for ((index = 0; index < count; index++)); do
      if [ ${#texts[index]} -gt ${#longest} ]; then longest=${texts[index]} at=$index; fi
    done
    count=$((count - 1))
    texts[at]=${texts[count]}
    printf '%s\n' "$longest"
  done | sed -e 's,[\.*^$/[],\\&,g' -e 's,.*,s/&/***/g,'
}

# Gives the output time to reach the log, but does not wait for a process that goes on writing.
settle_mask() {
  local try
  if [ -z "$masker" ]; then return 0; fi
  for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    if ! kill -0 "$masker" 2>/dev/null; then
      wait "$masker" 2>/dev/null || true
      masker=''
      return 0
    fi
    sleep 0.05
  done
}

end_mask() {
  settle_mask
  if [ -n "$masker" ]; then kill -KILL "$masker" 2>/dev/null || true; fi
  masker=''
}
