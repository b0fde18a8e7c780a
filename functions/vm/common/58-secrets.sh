# ---- secrets ---------------------------------------------------------------------------------------------------------
# Values from Secret Manager for the user's shell texts. They are in variables of the agent that are not exported, in pipes, and
# in the environment of the text's shell: in no argument and no file. The log shows *** in their place.

secret_names=() secret_values=()
masks=0 mask='' masker=''  # how many masks there were; the newest one's fifo, and its process
mask_settled=true mask_ends='' # whether the newest one has nothing left to write; when it must end
secret_code='' secret_answer=''
helper_names="$helper_names masker"
readonly SECRET_SECONDS=120  # how long Secret Manager is tried
readonly MASK_SECONDS=60     # how long the mask may go on after its command; time-budget.ts has time for it
readonly SHORTEST_MASKED_LINE=4   # of a value with several lines, a shorter line such as } is not replaced
readonly LONGEST_MASKED_TEXT=1000 # a longer line is replaced in parts: sed would take minutes for it
readonly SECRET_BYTES=500000 # for all values together: a process can be started with 1 MB of them on a Mac, 2 MB on Linux

# Reads the secrets with these names, which have : between them, and has the log hide them. Fails with a reason if one cannot be
# read.
begin_secrets() {
  local name bytes=0
  forget_secrets
  hide_core
  begin_tries "$SECRET_SECONDS"
  for name in ${1//:/ }; do
    until fetch_secret "$name"; do
      if is_secret_settled || ! next_try; then
        leave_if_going_down
        forget_secrets
        explain_secret "$name"
        fail_with secret-unavailable "$REPLY"
        return 1
      fi
    done
    secret_names[${#secret_names[@]}]=$name
    secret_values[${#secret_values[@]}]=$REPLY
    bytes=$((bytes + ${#name} + ${#REPLY}))
    REPLY=''
  done
  kind_secrets
  if [ "$bytes" -gt "$SECRET_BYTES" ]; then
    forget_secrets
    REPLY="The secrets have $bytes bytes together, and variables cannot hold more than $SECRET_BYTES."
    fail_with secret-unavailable "$REPLY Put the largest into a bucket."
    return 1
  fi
  if [ ${#secret_names[@]} -gt 0 ]; then begin_mask; fi
}

# Clears the variables: no later process gets the values. A mask goes on for as long as a process may still write through it.
forget_secrets() {
  secret_names=() secret_values=()
}

# A core dump of the agent would hold the values. The user's shell gets its own limit back.
hide_core() {
  ulimit -S -c 0
}

# REPLY: the newest value of a secret; secret_code: the HTTP status; secret_answer: a refusal. The value comes through a pipe, so
# that it is in no file. A command substitution would cut line breaks at its end.
fetch_secret() {
  local answer data url="$meta_secrets_url/v1/projects/$meta_project/secrets/${meta_deployment}_$1/versions/latest:access"
  secret_code=000 secret_answer=''
  ensure_token || note 'no access token'
  answer=$(printf '%s\n' "url = \"$url\"" "header = \"Authorization: Bearer $token\"" 'write-out = "\n%{http_code}"' \
    silent globoff "$transfer_limits" | curl -q -K -) || answer='' # the connection broke: a part of a value is none
  secret_code=${answer##*"$NEWLINE"}
  case $secret_code in
    200) ;;
    [1-9][0-9][0-9]) secret_answer=$answer ;;
    *) secret_code=000 ;;
  esac
  if [ "$secret_code" = 401 ]; then token_until=0; fi
  if [ "$secret_code" != 200 ]; then return 1; fi
  json_field "$answer" data
  data=${REPLY//\\u003d/=}
  answer=$(printf '%s' "$data" | decode64 && printf x) || return 1
  REPLY=${answer%x}
  if [ "$(printf '%s' "$data" | decode64 | wc -c)" -eq "${#REPLY}" ]; then return 0; fi
  secret_code=nul REPLY='' # the shell leaves out each NUL
  return 1
}

# Whether another try would give the same.
is_secret_settled() {
  [ "$secret_code" = nul ] || is_final_code "$secret_code"
}

# REPLY: a sentence that says why a secret cannot be read, and what to do.
explain_secret() {
  local pattern='"message"[[:space:]]*:[[:space:]]*"([^"\\]*)'
  REPLY=''
  if [[ $secret_answer =~ $pattern ]]; then REPLY=${BASH_REMATCH[1]}; fi
  case $secret_code in
    404) REPLY="The secret $1 does not exist. Store it: mymlops-client secrets set $1" ;;
    nul) REPLY="The secret $1 has a NUL byte. No variable can hold one: store it in another form, for example as base64." ;;
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
  masker=$REPLY mask_ends=''
}

# The command waits until the fifo is opened, so until the script is complete. sed reads the script from a pipe. It ends when no
# process writes into the fifo any more, and not with the command: that may say something when it is ended.
copy_masked() {
  local script unbuffered=-u
  trap '' TERM INT HUP
  trap - EXIT ERR
  if ! script=$(mask_script); then
    printf 'mymlops: the output is not shown, as the values of the secrets in it could not be replaced.\n' >>"$log"
    exec cat <"$1" >/dev/null
  fi
  if ! printf '' | sed -u p >/dev/null 2>&1; then unbuffered=-l; fi # a Mac's
  exec sed "$unbuffered" -f <(print_line "$script") <"$1" >>"$log" 3>&- 4>&- 5>&- 6>&- 8>&- 9<&-
}

print_line() {
  printf '%s\n' "$1"
}

# Prints a script of sed: the longest text first, as it may contain another one.
mask_script() {
  mask_texts | sort -k 1,1nr | uniq | sed -e 's,^[0-9]* ,,' -e 's,[\.*^$/[],\\&,g' -e 's,.*,s/&/***/g,'
}

# Prints the texts that the log must not show, each after its length. A value without a line that is long enough is hidden in
# all of its lines.
mask_texts() {
  local text index least long="[^$NEWLINE"$'\r'"]{$SHORTEST_MASKED_LINE}"
  for ((index = 0; index < ${#secret_values[@]}; index++)); do
    least=1
    if [[ ${secret_values[index]} =~ $long ]]; then least=$SHORTEST_MASKED_LINE; fi
    while IFS= read -r text; do
      text=${text%$'\r'}
      if [ ${#text} -lt "$least" ]; then continue; fi
      while [ ${#text} -gt $((2 * LONGEST_MASKED_TEXT)) ]; do
        printf '%s %s\n' "$LONGEST_MASKED_TEXT" "${text:0:LONGEST_MASKED_TEXT}"
        text=${text:LONGEST_MASKED_TEXT}
      done
      printf '%s %s\n' "${#text}" "$text"
    done < <(printf '%s\n' "${secret_values[index]}")
  done
}

# Gives the output time to reach the log, but does not wait for a process that may write again.
settle_mask() {
  local idle=0
  if [ -z "$masker" ]; then return 0; fi
  set_elapsed
  mask_ends=${mask_ends:-$((elapsed + MASK_SECONDS))}
  mask_settled=true
  while kill -0 "$masker" 2>/dev/null; do
    if ! is_working "$masker"; then
      idle=$((idle + 1))
      if [ "$idle" -gt 20 ]; then return 0; fi
    else
      idle=0
      if is_past "$mask_ends"; then
        mask_settled=false
        return 0
      fi
    fi
    sleep 0.05
  done
  wait "$masker" 2>/dev/null || true
  masker=''
}

# Whether a process computes or waits for a disk, and not for another process.
is_working() {
  local stat=''
  if [ -r /proc/self/stat ]; then
    { IFS= read -r -d '' stat <"/proc/$1/stat"; } 2>/dev/null || true
    stat=${stat##*) } # proc(5): the state follows the name, which may hold anything
  else
    stat=$(ps -o state= -p "$1" 2>/dev/null) || true
  fi
  [[ $stat == [RDU]* ]]
}

end_mask() {
  settle_mask
  if [ -n "$masker" ]; then kill -KILL "$masker" 2>/dev/null || true; fi
  if [ -n "$masker" ] && ! $mask_settled; then
    printf '\nmymlops: the end of the output is missing: its secrets were not replaced within %s s.\n' "$MASK_SECONDS" >>"$log"
  fi
  masker=''
}
