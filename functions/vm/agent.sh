#!/bin/bash
# Runs one attempt of a run on its VM: source, setup, command, results to the bucket, results to the output repository.
# Static: every value comes from instance metadata. Needs bash 3.2, curl, git and POSIX tools; no jq, python or gcloud.
# Answers of a function come back in REPLY: a command substitution would cost a process each.
set -Eeuo pipefail
trap 'on_exit "$?"' EXIT
trap 'error_line=$LINENO error_command=$BASH_COMMAND' ERR
trap 'leave_for_signal' TERM INT HUP

# ---- what is known -------------------------------------------------------------------------------------------------

error_line='' error_command='' error_message=''
quiet=false           # leave without a word: claim refused, attempt closed, machine going down
finished=false        # everything due was done; nothing is left for the EXIT trap but to power off
outcome_written=false
on_gce=false
who=main              # which process of the agent this is: each keeps its own transfer files
token='' token_until=0 transfers='' transfer_count=0
group='' reporter='' side='' watchdog='' bundle_fetch=''
instance='' boot='' prefix='' now=''
private='' work='' repo='' log='' notebook='' notebook_name='' notebook_path='' notebook_folder='' params=''
failure_reason='' failure_message='' command_ran=false command_exit=0 timed_out=false
started_at='' finished_at=''
state_phase='' state_phases='' state_command='' state_failure='' state_outcome='' state_publication=''
tries=0 tries_end=0 push_ends=0
sources=() names=() pending=() upload_errors=() hashed=() shas=() md5s=() sizes=()
done_sources=() done_names=() done_sizes=() done_hashes=()
output_url='' output_branch='' tip='' tip_known=false commit='' superseded=false last_git_error=''

readonly KEYS='project deployment run attempt bucket events_topic storage_url pubsub_url source_object source_commit
notebook_64 command_64 params_64 max_run_seconds keep_seconds artifacts heartbeat_seconds progress_seconds
setup_seconds setup_64 environment_64 output_url_64 output_branch_64 author_name_64 author_email_64'
meta_project='' meta_run='' meta_attempt='' meta_bucket='' meta_events_topic='' meta_storage_url='' meta_pubsub_url=''
meta_source_object='' meta_source_commit='' meta_notebook_64='' meta_command_64='' meta_params_64=''
meta_max_run_seconds='' meta_keep_seconds='' meta_artifacts='' meta_heartbeat_seconds='' meta_progress_seconds=''
meta_setup_seconds='' meta_setup_64='' meta_environment_64='' meta_output_url_64='' meta_output_branch_64=''
meta_author_name_64='' meta_author_email_64=''

readonly METADATA="http://${GCE_METADATA_HOST:-metadata.google.internal}/computeMetadata/v1/instance"
readonly TERM_GRACE_SECONDS=30       # between TERM and KILL at the time limit
readonly LINGER_SECONDS=900          # power-off as the second line behind deletion
readonly REPEAT_SECONDS=30           # between two repeats of the last report
readonly VERDICT_SECONDS=900
readonly BOOT_SECONDS=300            # tries at the claim and at the snapshot
readonly UPLOAD_SECONDS=600          # tries at the results; a VM has 900 s to publish
readonly OUTCOME_SECONDS=900
readonly PUSH_SECONDS=600            # all that is said to the output repository
readonly PUSH_TRIES=20
readonly POINTER_BYTES=52428800      # git hosts refuse files somewhat above this
readonly NEWLINE=$'\n'
readonly UNREADABLE='The file is gone or cannot be read.'

# ---- small tools ---------------------------------------------------------------------------------------------------

# The agent's own log. Seconds since the start: a date costs a process.
note() {
  printf '[%4ss %s] %s\n' "$SECONDS" "$who" "$*"
}

# Ends the agent with a sentence; the EXIT trap reports it.
die() {
  error_message=$1
  exit 1
}

# Waits whole seconds without a process of its own: nobody ever writes to descriptor 5.
pause() {
  read -r -t "$1" _ <&5 || true
}

# Tries are over after a time, not after a number: an outage lasts as long as it lasts.
begin_tries() {
  tries=0 tries_end=$((SECONDS + $1))
}

# Waits for the next try, longer each time. Fails when the time is over.
next_try() {
  if [ "$SECONDS" -ge "$tries_end" ]; then return 1; fi
  tries=$((tries + 1))
  pause "$((tries < 15 ? tries : 15))"
}

# Sets `now`. bash 5 knows milliseconds without a process, date(1) only whole seconds everywhere.
set_now() {
  if [ -n "${EPOCHREALTIME:-}" ]; then
    local clock=$EPOCHREALTIME
    TZ=UTC0 printf -v now '%(%Y-%m-%dT%H:%M:%S)T' "${clock%.*}"
    clock=${clock#*.}
    now="$now.${clock:0:3}Z"
  else
    now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  fi
}

# REPLY: the whole file, or nothing.
read_file() {
  REPLY=''
  if [ -f "$1" ]; then IFS= read -r -d '' REPLY <"$1" || true; fi
}

# REPLY: the one line of a file that another process of the agent may be writing: without its end it is read again.
read_line() {
  local try=0
  until IFS= read -r REPLY <"$1"; do
    try=$((try + 1))
    if [ "$try" -gt 1000 ]; then return 1; fi
  done
}

# REPLY: the value of a JSON field that holds no spaces or quotes (hash, size, generation, token).
json_field() {
  local pattern="\"$2\"[[:space:]]*:[[:space:]]*\"?([^\",}[:space:]]*)"
  REPLY=''
  if [[ $1 =~ $pattern ]]; then REPLY=${BASH_REMATCH[1]}; fi
}

# REPLY: numeric codes of the bytes of a text, separated by spaces. Some shells take bytes for signed, hence the mask.
byte_codes() {
  local text=$1 index code
  REPLY=''
  for ((index = 0; index < ${#text}; index++)); do
    printf -v code '%d' "'${text:index:1}"
    REPLY="$REPLY $((code & 255))"
  done
}

# REPLY: base64 of the bytes whose codes are given.
base64_of_codes() {
  local alphabet=ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/ bits four
  REPLY=''
  while [ $# -gt 0 ]; do
    bits=$((($1 << 16) + (${2:-0} << 8) + ${3:-0}))
    four="${alphabet:bits >> 18:1}${alphabet:(bits >> 12) & 63:1}${alphabet:(bits >> 6) & 63:1}${alphabet:bits & 63:1}"
    case $# in
      1) four="${four:0:2}==" ;;
      2) four="${four:0:3}=" ;;
    esac
    REPLY="$REPLY$four"
    if [ $# -gt 3 ]; then shift 3; else shift $#; fi
  done
}

# REPLY: base64 of a short text.
base64_of() {
  byte_codes "$1"
  # shellcheck disable=SC2086 # a list of numbers
  base64_of_codes $REPLY
}

# REPLY: base64 of bytes given as hex: an md5 in the form of the bucket's answer.
base64_of_hex() {
  local hex=$1 codes=''
  while [ -n "$hex" ]; do
    codes="$codes $((16#${hex:0:2}))"
    hex=${hex:2}
  done
  # shellcheck disable=SC2086 # a list of numbers
  base64_of_codes $codes
}

# Decodes base64 from stdin. Only -D is known to every macOS, only -d to GNU.
decode64() {
  case $OSTYPE in
    darwin*) base64 -D ;;
    *) base64 -d ;;
  esac
}

# REPLY: the text behind a -64 value.
decode_text() {
  REPLY=''
  if [ -n "$1" ]; then REPLY=$(printf '%s' "$1" | decode64); fi
}

# REPLY: a text that may go into a message: one line, no control characters, no credentials, at most 400 bytes.
message_text() {
  local text=${1//[[:cntrl:]]/ } credentials='://[^/@[:space:]]+@'
  while [[ $text =~ $credentials ]]; do text=${text//"${BASH_REMATCH[0]}"/://}; done
  if [ ${#text} -gt 400 ]; then
    text=${text:0:400}
    while [[ $text == *[$'\x80'-$'\xbf'] ]]; do text=${text:0:${#text}-1}; done # no half of a UTF-8 character
    text=${text%[$'\xc0'-$'\xff']}
  fi
  REPLY=$text
}

# REPLY: a text with all but unreserved characters and slashes percent-encoded.
url_encode() {
  local text=$1 index char code encoded=''
  case $text in
    *[!A-Za-z0-9._~/-]*) ;;
    *) REPLY=$text && return ;;
  esac
  for ((index = 0; index < ${#text}; index++)); do
    char=${text:index:1}
    case $char in
      [A-Za-z0-9._~/-]) encoded=$encoded$char ;;
      *)
        printf -v code '%d' "'$char"
        printf -v char '%%%02X' "$((code & 255))"
        encoded=$encoded$char
        ;;
    esac
  done
  REPLY=$encoded
}

# REPLY: a text for a double-quoted string of JSON or of a curl configuration.
quote_text() {
  local text=${1//\\/\\\\}
  text=${text//\"/\\\"}
  text=${text//$'\t'/\\t}
  REPLY=${text//$'\r'/\\r}
}

# ---- the machine ---------------------------------------------------------------------------------------------------

# Google documents the product name as the sign of Compute Engine; only there the machine is ours to change.
detect_machine() {
  local product=''
  if [ -r /sys/class/dmi/id/product_name ]; then read -r product </sys/class/dmi/id/product_name || true; fi
  if [ "$product" = 'Google Compute Engine' ]; then
    on_gce=true
    export HOME=/root
  fi
}

# Private folder: in memory on Compute Engine, so that a token or a marker never outlives a boot. Bulk lies in HOME.
make_folders() {
  user_umask=$(umask)
  user_lc_all=${LC_ALL-}
  export LC_ALL=C # bytes, and git's messages as they are searched below
  umask 077
  work="$HOME/.mymlops" repo="$HOME/repo"
  if $on_gce; then private=/run/mymlops; else private="$work/private"; fi
  rm -rf "$work" "$private"
  mkdir -p "$work" "$private"
  log="$work/log.txt" params="$work/params.json"
  : >"$log"
  exec >>"$private/agent.log" 2>&1 </dev/null # a long line into the startup script's pipe would kill us
  mkfifo "$private/reporter" "$private/side" "$private/never" "$private/watchdog"
  # Open for both ways: no open waits for the other end, and a write never meets a closed pipe.
  exec 3<>"$private/reporter" 4<>"$private/side" 5<>"$private/never" 6<>"$private/watchdog"
}

# Installs what is missing, on Compute Engine only.
require_tools() {
  if command -v curl >/dev/null && command -v git >/dev/null; then return; fi
  if ! $on_gce; then
    note 'curl and git are needed here; installing them is skipped: this is not a Compute Engine machine'
    return
  fi
  local try
  for try in 1 2 3 4 5; do
    if apt-get -qq -o DPkg::Lock::Timeout=120 update &&
      DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=120 install git curl ca-certificates; then
      return
    fi
    pause "$((try * 2))"
  done
}

power_off() {
  if $on_gce; then
    shutdown -h now || poweroff
  else
    note 'power-off is skipped: this is not a Compute Engine machine'
  fi
}

# ---- metadata ------------------------------------------------------------------------------------------------------

# -q: a ~/.curlrc that a notebook wrote must not steer the agent.
metadata_curl() {
  curl -q -sS -f -g --noproxy '*' --connect-timeout 5 -H 'Metadata-Flavor: Google' "$@"
}

# One curl for all that is needed at the start.
read_metadata() {
  local try=0
  until metadata_curl --max-time 10 -o "$private/attributes" "$METADATA/attributes/?recursive=true&alt=json" \
    -o "$private/instance" "$METADATA/id" -o "$private/token" "$METADATA/service-accounts/default/token"; do
    try=$((try + 1))
    if [ "$try" -ge 30 ]; then die 'the metadata server does not answer'; fi
    pause 2
  done
  parse_attributes
  read_file "$private/instance" && instance=$REPLY
  use_token
  require_attributes
}

# Every key of ours becomes a variable meta_<key>. The values hold no quotes or escapes, and inside another value (the
# startup script itself) quotes are escaped, so a pattern finds ours alone. Some JSON writers escape = + and /.
parse_attributes() {
  local line key value pattern='"mymlops-[a-z0-9-]*" *: *"[A-Za-z0-9+/=._:-]*"'
  while IFS= read -r line; do
    key=${line#\"mymlops-}
    key=${key%%\"*}
    key=${key//-/_}
    value=${line#*:*\"}
    case " ${KEYS//$NEWLINE/ } " in
      *" $key "*) printf -v "meta_$key" '%s' "${value%\"}" ;;
    esac
  done < <(sed -e 's/\\u003d/=/g' -e 's/\\u002b/+/g' -e 's,\\/,/,g' "$private/attributes" | grep -o "$pattern")
}

# What cannot be defaulted must be there; the numbers fall back to the documented defaults.
require_attributes() {
  local key name
  for key in project run attempt bucket events_topic storage_url pubsub_url source_object source_commit notebook_64 \
    command_64; do
    name="meta_$key"
    if [ -z "${!name}" ]; then die "instance metadata lacks mymlops-${key//_/-}"; fi
  done
  number_or meta_max_run_seconds 86400
  number_or meta_setup_seconds 1800
  number_or meta_keep_seconds 0
  number_or meta_heartbeat_seconds 60
  number_or meta_progress_seconds 30
  prefix="runs/$meta_run/attempts/$meta_attempt/"
}

# Replaces a variable that is not a whole number by a default; 0 is no interval.
number_or() {
  case ${!1} in
    '' | *[!0-9]*) printf -v "$1" '%s' "$2" ;;
    0) if [ "$1" != meta_keep_seconds ]; then printf -v "$1" 1; fi ;;
  esac
}

# Takes the access token out of the metadata server's answer. It is renewed a little before it ends.
use_token() {
  local answer
  read_file "$private/token${1:-}"
  answer=$REPLY
  json_field "$answer" access_token
  token=$REPLY
  json_field "$answer" expires_in
  token_until=$((SECONDS + ${REPLY:-0} - 240))
  [ -n "$token" ]
}

ensure_token() {
  if [ "$SECONDS" -lt "$token_until" ]; then return; fi
  metadata_curl --max-time 10 -o "$private/token-$who" "$METADATA/service-accounts/default/token" && use_token "-$who"
}

# Compute Engine's boot id tells a reboot from a restart of the script; elsewhere each start is a boot of its own.
set_boot_id() {
  if $on_gce; then
    read -r boot </proc/sys/kernel/random/boot_id
  elif [ -r /proc/sys/kernel/random/uuid ]; then
    read -r boot </proc/sys/kernel/random/uuid
  else
    boot=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  fi
}

# What shutdown.sh needs to know, as shell text.
# shellcheck disable=SC2034 # notebook_name is read by its name
write_settings() {
  local name
  url_encode "${notebook##*/}"
  notebook_name=$REPLY
  for name in meta_project meta_run meta_attempt meta_bucket meta_events_topic meta_storage_url meta_pubsub_url boot \
    prefix log notebook_name notebook_path; do
    printf '%s=%q\n' "$name" "${!name}"
  done >"$private/settings"
}

# ---- calls to Google -----------------------------------------------------------------------------------------------

# Several transfers make one curl process and one connection. Everything reaches it through a file: a token in argv
# would show in the process list.
begin_transfers() {
  ensure_token || note 'no access token'
  transfers='' transfer_count=0
}

# Adds a transfer: URL, file for the answer (empty: answer_path N), further lines of configuration.
add_transfer() {
  local url=$1 file=$2 section
  shift 2
  if [ "$transfer_count" -gt 0 ]; then transfers="${transfers}next$NEWLINE"; fi
  transfer_count=$((transfer_count + 1))
  if [ -z "$file" ]; then
    answer_path "$transfer_count"
    file=$REPLY
  fi
  quote_text "$file"
  printf -v section '%s\n' "url = \"$url\"" "output = \"$REPLY\"" "header = \"Authorization: Bearer $token\"" \
    'write-out = "%{http_code}\n"' silent show-error globoff 'connect-timeout = 10' 'speed-limit = 1' \
    'speed-time = 60' "$@"
  transfers=$transfers$section
}

# REPLY: where the answer to transfer N of this process lies.
answer_path() {
  REPLY="$private/answer-$who-$1"
}

# Adds the reading of an object, with the answer written to `file` where one is given.
add_download() {
  url_encode "$1"
  add_transfer "$meta_storage_url/storage/v1/b/$meta_bucket/o/${REPLY//\//%2F}?alt=media" "${2:-}"
}

# Adds the writing of an object from a file: object, file, and further query parameters.
add_upload() {
  local url
  url_encode "$1"
  url="$meta_storage_url/upload/storage/v1/b/$meta_bucket/o?uploadType=media&name=$REPLY${3:-}"
  content_type "$1"
  local type=$REPLY
  quote_text "$2"
  add_transfer "$url" '' "upload-file = \"$REPLY\"" 'request = "POST"' "header = \"Content-Type: $type\"" \
    'header = "Expect:"'
}

# REPLY: the media type of a result, where a console can show it. No HTML: it would run in the bucket's name.
content_type() {
  case $1 in
    *.txt | *.csv) REPLY='text/plain; charset=utf-8' ;;
    *.json | *.ipynb) REPLY=application/json ;;
    *.png) REPLY=image/png ;;
    *) REPLY=application/octet-stream ;;
  esac
}

# Runs the transfers. HTTP status codes land in the array `codes`, 000 where nothing answered.
run_transfers() {
  local line
  printf '%s' "$transfers" >"$private/transfers-$who"
  curl -q -K "$private/transfers-$who" >"$private/codes-$who" || true
  codes=(000)
  while read -r line; do codes[${#codes[@]}]=$line; done <"$private/codes-$who"
  case " ${codes[*]} " in
    *' 401 '*) token_until=0 ;;
  esac
}

# Does an answer say that trying again is of no use? 401: the token is renewed; 408 and 429: later.
is_final_code() {
  case $1 in
    401 | 408 | 429) return 1 ;;
    4??) return 0 ;;
  esac
  return 1
}

# ---- reports -------------------------------------------------------------------------------------------------------

# The cumulative state, as one line: who reads a line without an end reads it while it is written. Then wakes the
# reporter, which alone sends: the main path never waits for the network here.
report() {
  local json="\"phase\":\"$state_phase\",\"phases\":{$state_phases}"
  if [ -n "$state_command" ]; then json="$json,\"command\":$state_command"; fi
  if [ -n "$state_failure" ]; then json="$json,\"failure\":$state_failure"; fi
  if [ -n "$state_outcome" ]; then json="$json,\"outcome\":$state_outcome"; fi
  if [ -n "$state_publication" ]; then json="$json,\"publication\":$state_publication"; fi
  printf '%s\n' "$json" >"$private/state"
  printf '%s\n' "${1:-lifecycle}" >&3
}

# Begins a phase; a report of it is sent but for boot, before which there is no claim.
enter_phase() {
  set_now
  note "phase $1"
  state_phase=$1
  state_phases="${state_phases:+$state_phases,}\"$1\":\"$now\""
  if [ "$1" != boot ]; then report; fi
}

# The reporter: sends the newest state when woken, a heartbeat when it was quiet for long, and tries again until it
# gets through. It alone numbers reports. After `final` it repeats the last report until the VM is deleted.
run_reporter() {
  local want='' poke='' interval=$meta_heartbeat_seconds backoff=1 timeout idle=heartbeat ends=0
  who=reporter seq=0 delivered='' built=''
  while [ "$ends" -eq 0 ] || [ "$SECONDS" -lt "$ends" ]; do
    if [ -n "$want" ]; then timeout=$backoff; else timeout=$interval; fi
    poke=''
    read -r -t "$timeout" poke <&3 || true
    if [ "$poke" = final ]; then
      idle=repeat interval=$REPEAT_SECONDS ends=$((SECONDS + $(linger_seconds)))
      poke=lifecycle
    fi
    if [ "$poke" = cells ] && [ -z "$want" ]; then want=heartbeat; fi
    if [ "$poke" = lifecycle ]; then want=lifecycle backoff=1; fi # news is not held up by old failures
    if send_report "${want:-$idle}"; then
      want='' backoff=1
    else
      want=${want:-$idle} backoff=$((backoff < 16 ? backoff * 2 : 30))
    fi
  done
}

linger_seconds() {
  if [ "$meta_keep_seconds" -gt "$LINGER_SECONDS" ]; then echo "$meta_keep_seconds"; else echo "$LINGER_SECONDS"; fi
}

# Sends a report of a kind. A lifecycle state that is delivered already is not sent again but on `repeat`, which sends
# the very same message: its identity is the same, so it adds nothing but makes the control plane look.
send_report() {
  local kind=$1 state cells=''
  if [ "$kind" = repeat ]; then
    publish_body lifecycle
    return
  fi
  read_line "$private/state" || return 1
  state=$REPLY
  if [ -f "$private/cells" ]; then
    read_line "$private/cells" || return 1
    cells=$REPLY
  fi
  if [ "$kind" = lifecycle ] && [ "$state" = "$delivered" ]; then return 0; fi
  if [ "$built" != "$kind $state $cells" ]; then
    seq=$((seq + 1))
    build_body "$kind" "{$state${cells:+,\"cells\":$cells}}"
    built="$kind $state $cells"
  fi
  publish_body "$kind" || return 1
  built=''
  if [ "$kind" = lifecycle ]; then delivered=$state; fi
}

# The body of a publish call, in a file of its kind. A report that is tried again keeps its number and its text.
build_body() {
  set_now
  {
    printf '{"messages":[{"data":"'
    printf '{"v":1,"run":"%s","attempt":%s,"boot":"%s","writer":"agent","seq":%s,"kind":"%s","sentAt":"%s","state":%s}' \
      "$meta_run" "$meta_attempt" "$boot" "$seq" "$1" "$now" "$2" | base64 | tr -d '\n'
    printf '"}]}'
  } >"$private/body-$1"
}

publish_body() {
  begin_transfers
  quote_text "$private/body-$1"
  add_transfer "$meta_pubsub_url/v1/projects/$meta_project/topics/$meta_events_topic:publish" '' \
    "upload-file = \"$REPLY\"" 'request = "POST"' 'header = "Content-Type: application/json"' 'header = "Expect:"' \
    'max-time = 20'
  run_transfers
  if [ "${codes[1]:-000}" = 200 ]; then return 0; fi
  note "report not taken: HTTP ${codes[1]:-000}"
  return 1
}

# ---- claim ---------------------------------------------------------------------------------------------------------

# Only one boot of one VM executes an attempt: whoever creates the claim. The control plane creates `closed` before it
# gives an attempt up, and looks for the claim after; we do it the other way round, so that one of us sees the other.
claim_attempt() {
  printf '{"v":1,"instance":"%s","boot":"%s"}\n' "$instance" "$boot" >"$private/claim"
  begin_tries "$BOOT_SECONDS"
  while :; do
    begin_transfers
    add_upload "${prefix}claim" "$private/claim" '&ifGenerationMatch=0'
    add_download "${prefix}claim"
    add_download "${prefix}closed"
    run_transfers
    if [ "${codes[3]:-000}" = 200 ]; then leave_quietly 'the attempt is closed'; fi
    if [ "${codes[1]:-000}" = 412 ] && ! is_claim_ours; then leave_quietly 'the attempt is claimed by another boot'; fi
    case "${codes[1]:-000} ${codes[3]:-000}" in
      '200 404' | '412 404') return ;;
    esac
    note "claim not settled: HTTP ${codes[*]}"
    next_try || die "the attempt could not be claimed: HTTP ${codes[1]:-000} ${codes[3]:-000}"
  done
}

# The answer to our own claim may have been lost on its way. Unreadable: not ours to run yet, but no proof either.
is_claim_ours() {
  if [ "${codes[2]:-000}" != 200 ]; then
    codes[1]=000
    return 0
  fi
  answer_path 2
  read_file "$REPLY"
  json_field "$REPLY" boot
  [ "$REPLY" = "$boot" ]
}

leave_quietly() {
  note "leaving: $1"
  quiet=true
  exit 0
}

leave_if_closed() {
  if [ -e "$private/closed" ]; then leave_quietly 'the attempt was closed'; fi
}

# ---- source and setup ----------------------------------------------------------------------------------------------

# Ends the attempt before its command, for the user to see. Not an error of the agent.
fail_run() {
  message_text "$2"
  failure_reason=$1 failure_message=$REPLY
  printf 'mymlops: %s\n' "$failure_message" >>"$log"
  note "failed: $1: $failure_message"
}

# In the background from the start, while the attempt is claimed; touches nothing but its own file.
fetch_bundle() {
  who=bundle
  begin_tries "$BOOT_SECONDS"
  while :; do
    begin_transfers
    add_download "$meta_source_object" "$work/source.bundle"
    run_transfers
    if [ "${codes[1]:-000}" = 200 ]; then return 0; fi
    if is_final_code "${codes[1]:-000}" || ! next_try; then break; fi # the bucket is consistent: it will not appear
  done
  printf '%s' "${codes[1]:-000}" >"$private/bundle-error"
  return 1
}

# The bundle holds one commit without a parent under a ref that is nobody's business: its objects are unpacked and the
# recorded commit is checked out. No template and no hook of the machine takes part.
phase_source() {
  enter_phase source
  rm -rf "$repo"
  umask "$user_umask"
  if ! command -v git >/dev/null; then
    fail_run source-unavailable 'git is not installed on this machine'
  elif ! { make_repository 2>"$private/git-error" && wait "$bundle_fetch"; }; then
    read_file "$private/bundle-error"
    fail_run source-unavailable "The snapshot could not be read from the bucket (HTTP ${REPLY:-000})."
  elif ! { safe_git -C "$repo" bundle unbundle "$work/source.bundle" >/dev/null 2>"$private/git-error" &&
    safe_git -C "$repo" checkout -q --detach "$meta_source_commit" 2>"$private/git-error" &&
    remember_old_results 2>"$private/git-error"; }; then
    git_error_line
    fail_run source-unavailable "The snapshot could not be unpacked: $REPLY"
  fi
  umask 077
  bundle_fetch=''
  : >"$private/uploaded" # what is newer than this was written by the run
}

# The snapshot's bytes are checked out as they are: what the project's own .gitattributes say comes second to this.
make_repository() {
  safe_git init -q --template= "$repo" && mkdir -p "$repo/.git/info" &&
    printf '* -text -ident -filter !eol !working-tree-encoding\n' >"$repo/.git/info/attributes"
}

# Lists what the snapshot holds in the places of results, `<oid> <path>`, and sets a mark that is newer than all of it.
remember_old_results() {
  local entry path folder=${notebook%"${notebook##*/}"}
  : >"$private/snapshot-results"
  safe_git --literal-pathspecs -C "$repo" ls-tree -r -z "$meta_source_commit" -- "${folder}metrics.json" \
    "${folder}params.json" "${folder}artifacts/" >"$private/snapshot-tree" || return 1
  while IFS= read -r -d '' entry; do
    path=${entry#*$'\t'}
    case $entry in
      *"$NEWLINE"*) ;;
      100*) entry=${entry%%$'\t'*} && printf '%s %s\n' "${entry##* }" "$path" >>"$private/snapshot-results" ;;
    esac
  done <"$private/snapshot-tree"
  if [ ! -s "$private/snapshot-results" ]; then return 0; fi
  : >"$work/checkout-ended" # clocks of file systems are coarse
  until : >"$work/run-began" && [ "$work/run-began" -nt "$work/checkout-ended" ]; do sleep 0.01; done
}

# Optional; the user's own text, with the same shell, folder and environment as the command.
phase_setup() {
  enter_phase setup
  local setup
  decode_text "$meta_setup_64"
  setup=$REPLY
  run_user_shell "$meta_setup_seconds" "$setup"
  if $timed_out; then
    timed_out=false
    fail_run setup-failed "The setup command did not end within its time limit of $meta_setup_seconds s."
  elif [ "$group_exit" -ne 0 ]; then
    leave_if_going_down
    fail_run setup-failed "The setup command ended with exit code $group_exit."
  fi
}

# ---- the command ---------------------------------------------------------------------------------------------------

# Paths that follow from the notebook's, and what the command finds beside it.
prepare_command() {
  decode_text "$meta_notebook_64"
  notebook=$REPLY
  notebook_path="$repo/$notebook"
  notebook_folder=${notebook_path%/*}
  if [ -n "$meta_params_64" ]; then
    printf '%s' "$meta_params_64" | decode64 >"$params"
  else
    printf '{}' >"$params"
  fi
  write_settings
}

phase_execute() {
  local command
  decode_text "$meta_command_64"
  command=$REPLY
  (umask "$user_umask" && mkdir -p "$notebook_folder/artifacts") ||
    note 'the folder artifacts/ could not be made'
  enter_phase execute
  started_at=$now
  run_user_shell "$meta_max_run_seconds" "$command" "$notebook"
  set_now
  finished_at=$now command_exit=$group_exit command_ran=true
  if $timed_out; then
    printf '\nmymlops: the time limit of %s s was reached; the command was ended.\n' "$meta_max_run_seconds" >>"$log"
  elif [ "$command_exit" -ne 0 ]; then
    leave_if_going_down
  fi
  state_command="{\"exit\":$command_exit,\"timedOut\":$timed_out,\"finishedAt\":\"$finished_at\"}"
}

# Runs shell text of the user's: time limit, text, argument. Sets group_exit and timed_out.
run_user_shell() {
  local limit=$1
  shift
  run_in_group "$limit" user_shell "$@"
  note "command ended: exit $group_exit, timed out $timed_out"
  leave_if_closed
}

# Runs a function as a process group of its own, so that it can be ended, by its time limit or another process of the
# agent, with all that it started. Sets group_exit and timed_out.
run_in_group() {
  local limit=$1
  shift
  set -m
  "$@" &
  group=$!
  set +m
  printf '%s\n' "$group" >"$private/group"
  watch_limit "$limit" &
  watchdog=$!
  if [ -e "$private/closed" ]; then kill -TERM -- "-$group" 2>/dev/null || true; fi
  group_exit=0 timed_out=false
  wait "$group" || group_exit=$?
  printf 'stop\n' >&6
  wait "$watchdog" || true
  watchdog=''
  end_group
  if [ -e "$private/timed-out" ]; then
    timed_out=true
    rm -f "$private/timed-out"
  fi
}

# The user's shell text: stdin empty, output straight into the log, no descriptor and no variable of ours. The path is a
# positional parameter, never part of the text.
user_shell() {
  cd "$repo"
  umask "$user_umask"
  unset LC_ALL GCE_METADATA_HOST GCE_METADATA_IP METADATA_SERVER_DETECTION
  if [ -n "$user_lc_all" ]; then export LC_ALL="$user_lc_all"; fi
  if ! $on_gce; then apply_environment; fi
  export MYMLOPS_RUN="$meta_run" MYMLOPS_ATTEMPT="$meta_attempt" MYMLOPS_NOTEBOOK="$notebook_path"
  export MYMLOPS_PARAMS="$params" MYMLOPS_ARTIFACTS="$notebook_folder/artifacts"
  exec 3>&- 4>&- 5>&- 6>&- </dev/null >>"$log" 2>&1
  trap - ERR
  if [ $# -gt 1 ]; then exec "$BASH" -c "$1 \"\$1\"" bash "$2"; fi
  exec "$BASH" -c "$1"
}

# Variables of the committing shell, lines NAME=base64: how the user's Python is found on this machine.
apply_environment() {
  local line name lines
  decode_text "$meta_environment_64"
  lines=$REPLY
  while IFS= read -r line; do
    name=${line%%=*}
    case $name in
      '' | [0-9]* | *[!A-Za-z0-9_]* | BASHOPTS | SHELLOPTS | UID | EUID | PPID) continue ;;
    esac
    decode_text "${line#*=}"
    export "$name=$REPLY"
  done <<<"$lines"
}

# Ends the group at its limit: TERM, time to save, KILL. Ends itself when told to, and only then, so that the word
# never waits for the next one. A signal will not do: a shell just forked may lose it, or run the agent's own traps.
watch_limit() {
  local stop=''
  read -r -t "$1" stop <&6 || true
  if [ -n "$stop" ]; then return 0; fi
  : >"$private/timed-out"
  kill -TERM -- "-$group" 2>/dev/null || true
  read -r -t "$TERM_GRACE_SECONDS" stop <&6 || true
  if [ -n "$stop" ]; then return 0; fi
  kill -KILL -- "-$group" 2>/dev/null || true
  read -r _ <&6
}

# What the command left running must not write into results that are being published. Bounded: a zombie that nobody
# reaps keeps a group alive for ever.
end_group() {
  local try
  : >"$private/group"
  if kill -0 -- "-$group" 2>/dev/null; then
    note 'ending what the command left running'
    kill -TERM -- "-$group" 2>/dev/null || true
    for try in 1 2 3 4 5 6 7 8 9 10; do
      if ! kill -0 -- "-$group" 2>/dev/null; then break; fi
      sleep 0.1
    done
    kill -KILL -- "-$group" 2>/dev/null || true
  fi
  group=''
}

# A command that fails while its VM is taken away was interrupted: no outcome, so that another attempt follows. What
# there is of log and notebook is kept.
leave_if_going_down() {
  if [ ! -e "$private/going-down" ]; then
    metadata_curl --max-time 5 -o "$private/preempted" "$METADATA/preempted" || return 0
    read_file "$private/preempted"
    if [ "${REPLY:0:4}" != TRUE ]; then return 0; fi
  fi
  note 'the command failed while the machine is going down: an interruption'
  stop_side_loop
  upload_progress
  quiet=true
  printf 'final\n' >&3
  wait "$reporter" || true
  exit 0
}

# ---- the side loop -------------------------------------------------------------------------------------------------

# While the command runs: counts executed cells, keeps log and notebook in the bucket up to date, so that an interrupted
# run leaves what it had, and looks whether the control plane has given the attempt up.
run_side_loop() {
  local stop='' checked=$SECONDS
  who=side counted=''
  while [ -z "$stop" ]; do
    read -r -t "$meta_progress_seconds" stop <&4 || true
    count_cells
    if [ -n "$stop" ]; then return 0; fi
    if is_news "$log" || is_news "$notebook_path" || [ "$((SECONDS - checked))" -ge "$meta_heartbeat_seconds" ]; then
      checked=$SECONDS
      upload_progress
    fi
    if [ -e "$private/closed" ]; then
      stop_closed_command
      return 0
    fi
  done
}

# Was the file written since its last upload began? In doubt, yes: some shells compare whole seconds.
is_news() {
  [ -f "$1" ] && ! [ "$private/uploaded" -nt "$1" ]
}

# Executed cells: distinct execution marks (a result repeats its cell's), counted where the runner saves as it goes.
count_cells() {
  local count
  if ! is_news "$notebook_path"; then return 0; fi
  count=$(grep -o '"execution_count": *[0-9][0-9]*' "$notebook_path" 2>/dev/null | sort -u | wc -l) || true
  count=$((count))
  if [ "$count" = "$counted" ] || [ "$count$counted" = 0 ]; then return 0; fi
  counted=$count
  printf '%s\n' "$count" >"$private/cells"
  printf 'cells\n' >&3
}

# The mark is set before the files are read: what is written meanwhile is newer than it.
upload_progress() {
  local send_log=false send_notebook=false
  if is_news "$log"; then send_log=true; fi
  if is_news "$notebook_path"; then send_notebook=true; fi
  : >"$private/uploaded"
  begin_transfers
  add_download "${prefix}closed"
  if $send_log; then add_upload "${prefix}results/log.txt" "$log"; fi
  if $send_notebook; then add_upload "${prefix}results/${notebook##*/}" "$notebook_path"; fi
  run_transfers
  if [ "${codes[1]:-000}" = 200 ]; then : >"$private/closed"; fi
}

stop_closed_command() {
  local pid=''
  note 'the attempt was closed: ending the command'
  read -r pid <"$private/group" || true
  if [ -z "$pid" ]; then return 0; fi
  kill -TERM -- "-$pid" 2>/dev/null || true
  pause 10
  kill -KILL -- "-$pid" 2>/dev/null || true
}

# Waits for a transfer under way: cut off, it could still overtake the final upload.
stop_side_loop() {
  if [ -z "$side" ]; then return 0; fi
  printf 'stop\n' >&4
  wait "$side" || true
  side=''
}

# ---- results -------------------------------------------------------------------------------------------------------

phase_publish() {
  stop_side_loop
  leave_if_closed
  enter_phase publish
  if [ -n "$failure_reason" ]; then
    base64_of "$failure_message"
    state_failure="{\"reason\":\"$failure_reason\",\"message64\":\"$REPLY\"}"
  fi
  collect_results
  upload_results
  write_outcome
}

# What a user gets. A run that failed before its command has a log only.
collect_results() {
  sources=() names=() done_sources=() done_names=() done_sizes=() done_hashes=()
  : >"$private/manifest"
  : >"$private/missing"
  if $command_ran; then
    find_unchanged
    if [ -f "$notebook_path" ] && [ ! -L "$notebook_path" ]; then
      add_result "$notebook_path" "${notebook##*/}"
    else
      add_missing "${notebook##*/}" 'The notebook is no longer there as a regular file.'
    fi
    add_beside metrics.json || true
    add_beside params.json || add_result "$params" params.json
    collect_artifacts
  fi
  add_result "$log" log.txt # last: the notes above are in it
}

add_result() {
  if [ ! -r "$1" ]; then
    add_missing "$2" "$UNREADABLE"
    return 0
  fi
  sources[${#sources[@]}]=$1
  names[${#names[@]}]=$2
}

# Adds a file beside the notebook, where it is one and of this run.
add_beside() {
  local path="$notebook_folder/$1"
  if [ ! -f "$path" ] || [ -L "$path" ] || grep -qxF -e "$path" "$private/unchanged"; then return 1; fi
  add_result "$path" "$1"
}

# Lists of JSON objects grow in files: to append to a text in memory costs its length each time.
add_missing() {
  local path64
  base64_of "$1"
  path64=$REPLY
  message_text "$2"
  base64_of "$REPLY"
  printf '{"path64":"%s","message64":"%s"}\n' "$path64" "$REPLY" >>"$private/missing"
}

# What came with the snapshot in the place of a result and was neither written nor replaced since is none of this run's.
find_unchanged() {
  local oid path now_oid old=() old_oids=() index=0
  : >"$private/unchanged"
  while read -r oid path; do
    path="$repo/$path"
    if [ -f "$path" ] && [ ! -L "$path" ] && [ -r "$path" ] && [ "$work/run-began" -nt "$path" ]; then
      old[${#old[@]}]=$path old_oids[${#old_oids[@]}]=$oid
    fi
  done <"$private/snapshot-results"
  if [ ${#old[@]} -eq 0 ]; then return 0; fi
  while read -r now_oid; do
    if [ "$now_oid" = "${old_oids[index]}" ]; then printf '%s\n' "${old[index]}" >>"$private/unchanged"; fi
    index=$((index + 1))
  done < <(printf '%s\n' "${old[@]}" | output_git hash-object --no-filters --stdin-paths)
  index=$(wc -l <"$private/unchanged")
  printf 'mymlops: not kept, as they came with the project and were not written by this run: %s files\n' \
    "$((index))" >>"$log"
}

# Regular files only: a link may point anywhere, a fifo never ends. A line break would break the lists below.
collect_artifacts() {
  local folder="$notebook_folder/artifacts" path
  if [ ! -d "$folder" ] || [ -L "$folder" ]; then return 0; fi
  find "$folder" -type f ! -path "*$NEWLINE*" >"$private/artifacts" || note 'not all of artifacts/ could be listed'
  if [ -s "$private/unchanged" ]; then # some greps take an empty list of patterns for one that matches all
    grep -vxF -f "$private/unchanged" "$private/artifacts" >"$private/artifacts-new" || true
    mv -f "$private/artifacts-new" "$private/artifacts"
  fi
  while IFS= read -r path; do
    add_result "$path" "artifacts/${path#"$folder"/}"
  done <"$private/artifacts"
  while IFS= read -r path; do
    printf 'mymlops: not kept, as it is no regular file or its name holds a line break: %s\n' "${path#"$folder"/}"
  done < <(find "$folder" ! -type d \( ! -type f -o -path "*$NEWLINE*" \)) >>"$log"
}

# Uploads in rounds: what failed is hashed and sent again while there is time. What fails to the end is listed as
# missing.
upload_results() {
  local index
  pending=()
  for ((index = 0; index < ${#sources[@]}; index++)); do pending[index]=$index; done
  begin_tries "$UPLOAD_SECONDS"
  while :; do
    upload_round
    if [ ${#pending[@]} -eq 0 ]; then return 0; fi
    note "still to be uploaded: ${#pending[@]} files"
    next_try || break
  done
  for index in "${pending[@]}"; do refuse_result "$index" "${upload_errors[index]:-not tried}"; done
}

refuse_result() {
  add_missing "${names[$1]}" "Not taken by the bucket: $2"
}

# One round, in portions that keep command lines and answers at a sane size. A bucket that does not answer ends it.
upload_round() {
  local all=(${pending[@]+"${pending[@]}"}) start
  pending=()
  for ((start = 0; start < ${#all[@]}; start += 100)); do
    if ! upload_portion "${all[@]:start:100}"; then
      pending=(${pending[@]+"${pending[@]}"} "${all[@]:start+100}")
      return 0
    fi
  done
}

# Uploads the results of these indexes. Fails when the bucket answers nothing that can be relied on.
upload_portion() {
  local index at=2
  hash_portion "$@"
  begin_transfers
  add_download "${prefix}closed"
  for index in ${hashed[@]+"${hashed[@]}"}; do add_upload "${prefix}results/${names[index]}" "${sources[index]}"; done
  run_transfers
  local closed_code=${codes[1]:-000}
  if [ "$closed_code" = 200 ]; then leave_quietly 'the attempt was closed'; fi
  for index in ${hashed[@]+"${hashed[@]}"}; do
    check_upload "$index" "$at"
    at=$((at + 1))
  done
  [ "$closed_code" = 404 ]
}

# Array hashed: the indexes that could be hashed. One file that cannot must not cost the others their place.
hash_portion() {
  local index
  hashed=("$@")
  if hash_results "$@"; then return 0; fi
  hashed=()
  for index in "$@"; do
    if hash_results "$index"; then
      hashed[${#hashed[@]}]=$index
    else
      add_missing "${names[index]}" "$UNREADABLE"
    fi
  done
}

# Arrays shas, md5s and sizes, by the index of the result. A name with a backslash puts one before its hash. Fails where
# a file is gone.
hash_results() {
  local index files=() line sha md5
  for index in "$@"; do files[${#files[@]}]=${sources[index]}; done
  if command -v sha256sum >/dev/null; then sha256sum "${files[@]}"; else shasum -a 256 "${files[@]}"; fi \
    >"$private/sha256" || return 1
  if command -v md5sum >/dev/null; then md5sum "${files[@]}"; else md5 -q "${files[@]}"; fi >"$private/md5" || return 1
  wc -c "${files[@]}" >"$private/sizes" || return 1
  for index in "$@"; do
    IFS= read -r sha <&7 && IFS= read -r md5 <&8 && read -r line _ <&9 || return 1
    sha=${sha#\\} md5=${md5#\\}
    shas[index]=${sha:0:64} md5s[index]=${md5:0:32} sizes[index]=$line
  done 7<"$private/sha256" 8<"$private/md5" 9<"$private/sizes"
}

# An upload counts when the bucket's own hash and size are the file's: index of the result, number of its answer.
check_upload() {
  local index=$1 code=${codes[$2]:-000} answer generation md5_hash size
  answer_path "$2"
  read_file "$REPLY"
  answer=$REPLY
  json_field "$answer" generation
  generation=$REPLY
  json_field "$answer" md5Hash
  md5_hash=$REPLY
  json_field "$answer" size
  size=$REPLY
  base64_of_hex "${md5s[index]}"
  if [ "$code" = 200 ] && [ "$md5_hash" = "$REPLY" ] && [ "$size" = "${sizes[index]}" ]; then
    base64_of "${names[index]}"
    printf '{"path64":"%s","size":%s,"sha256":"%s","generation":"%s"}\n' "$REPLY" "$size" "${shas[index]}" \
      "$generation" >>"$private/manifest"
    keep_done "$index" "$size" "${shas[index]}"
  elif is_final_code "$code"; then
    refuse_result "$index" "HTTP $code"
  else
    upload_errors[index]="HTTP $code, ${size:-no} bytes"
    pending[${#pending[@]}]=$index
  fi
}

# The git publication takes what the bucket has.
keep_done() {
  local count=${#done_names[@]}
  done_sources[count]=${sources[$1]} done_names[count]=${names[$1]} done_sizes[count]=$2 done_hashes[count]=$3
}

# Written once, last of all: whoever finds it knows that all it lists is in the bucket.
write_outcome() {
  local json
  if [ -z "$finished_at" ]; then
    set_now
    finished_at=$now
  fi
  json="{\"v\":1,\"attempt\":$meta_attempt,\"boot\":\"$boot\",\"startedAt\":\"${started_at:-$boot_at}\",\"finishedAt\":\"$finished_at\""
  if $command_ran; then json="$json,\"command\":{\"exit\":$command_exit,\"timedOut\":$timed_out}"; fi
  if [ -n "$state_failure" ]; then json="$json,\"failure\":$state_failure"; fi
  {
    printf '%s,"manifest":[' "$json"
    paste -s -d , "$private/manifest"
    printf '],"missing":['
    paste -s -d , "$private/missing"
    printf ']}\n'
  } >"$private/outcome.json"
  begin_tries "$OUTCOME_SECONDS"
  until send_outcome; do
    next_try || leave_quietly "outcome.json could not be written: HTTP ${codes[1]:-000}" # another attempt may follow
  done
  outcome_written=true state_outcome=true
  : >"$private/complete"
  report
}

# An answer may get lost: where the object exists, it must be ours. Anyone else's means that we are not wanted.
send_outcome() {
  begin_transfers
  add_upload "${prefix}outcome.json" "$private/outcome.json" '&ifGenerationMatch=0'
  run_transfers
  if [ "${codes[1]:-000}" = 200 ]; then return 0; fi
  if [ "${codes[1]:-000}" != 412 ]; then return 1; fi
  begin_transfers
  add_download "${prefix}outcome.json"
  run_transfers
  if [ "${codes[1]:-000}" != 200 ]; then return 1; fi
  answer_path 1
  read_file "$REPLY"
  json_field "$REPLY" boot
  if [ "$REPLY" != "$boot" ]; then leave_quietly 'another boot wrote the outcome'; fi
}

# ---- the output repository -----------------------------------------------------------------------------------------

# git without anything that the machine or the notebook could have put in its way: no configuration, no hooks, no
# prompt, only safe protocols. An older git knows no GIT_CONFIG_GLOBAL, hence the empty HOME.
safe_git() {
  local protocols=https:ssh
  if ! $on_gce; then protocols=https:ssh:file; fi
  HOME="$work/git-home" XDG_CONFIG_HOME="$work/git-home" GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 \
    GIT_TERMINAL_PROMPT=0 GIT_ASKPASS='' SSH_ASKPASS='' GIT_ALLOW_PROTOCOL=$protocols \
    GIT_SSH_COMMAND='ssh -oBatchMode=yes -oConnectTimeout=20 -oServerAliveInterval=15' \
    git -c core.hooksPath=/dev/null -c gc.auto=0 -c maintenance.auto=false -c init.defaultBranch=main \
    -c advice.detachedHead=false -c http.lowSpeedLimit=1 -c http.lowSpeedTime=60 "$@" 3>&- 4>&- 5>&- 6>&-
}

output_git() {
  safe_git --git-dir="$work/output.git" "$@"
}

# The redirection is the group's alone: the shell says on its own stderr which job a signal ended.
output_git_quietly() {
  output_git "$@" 2>"$private/git-error"
}

# git that talks to the other side: ended when the time for that is over.
remote_git() {
  if [ "$SECONDS" -ge "$push_ends" ]; then return 1; fi
  run_in_group "$((push_ends - SECONDS))" output_git_quietly "$@"
  if $timed_out; then push_ends=$SECONDS; fi
  return "$group_exit"
}

# REPLY: what git says is wrong: the rejection with the other side's reason, else its last error.
git_error_line() {
  local line any='' wrong='' rejected='' remote=''
  while IFS= read -r line; do
    case $line in
      *rejected\]*) rejected=${line#*! } ;;
      remote:*) remote=${line#remote: } ;;
      *'failed to push some refs'*) ;;
      *fatal:* | *error:*) wrong=$line ;;
    esac
    if [ -n "${line// /}" ]; then any=$line; fi
  done <"$private/git-error"
  REPLY=${rejected:-${wrong:-$any}}
  if [ -n "$remote" ]; then REPLY="$REPLY; $remote"; fi
}

# Everything that needs no verdict is done before it is waited for.
publish_to_git() {
  if [ -z "$meta_output_url_64" ] || ! $outcome_written; then return 0; fi
  decode_text "$meta_output_url_64"
  output_url=$REPLY
  decode_text "$meta_output_branch_64"
  output_branch=${REPLY:-main}
  push_ends=$((SECONDS + PUSH_SECONDS))
  local problem=''
  if ! { output_git init -q --bare --template= 2>"$private/git-error" && stage_results; }; then
    git_error_line
    problem="The results could not be staged: $REPLY"
  else
    if fetch_tip; then tip_known=true; fi
    if ! wait_for_verdict; then
      problem='The control plane gave no verdict, so nothing was pushed.'
    elif ! fetch_publish_files; then
      problem='The files for the output repository could not be read from the bucket.'
    elif ! push_results; then
      problem=$last_git_error
      if [ "$SECONDS" -ge "$push_ends" ]; then
        problem="The push gave up after $PUSH_SECONDS s${problem:+: $problem}"
      fi
    fi
  fi
  set_publication "$problem"
}

set_publication() {
  if [ -z "$1" ]; then
    state_publication="{\"commit\":\"$commit\"}"
    return
  fi
  message_text "$1"
  note "publication failed: $REPLY"
  base64_of "$REPLY"
  state_publication="{\"message64\":\"$REPLY\"}"
}

# Puts the results into the index as blobs, past the work tree: no attribute, ignore file or nested repository of the
# notebook's has a say there. Artifacts only where asked for; large files as pointers to the bucket.
stage_results() {
  local index name path
  staged=0
  : >"$private/stage-paths"
  : >"$private/stage-names"
  for ((index = 0; index < ${#done_names[@]}; index++)); do
    name=${done_names[index]} path=${done_sources[index]}
    case $name in
      artifacts/*) if [ "$meta_artifacts" != true ]; then continue; fi ;;
    esac
    if is_git_name "$name"; then
      note "not for git: $name"
      continue
    fi
    if [ "${done_sizes[index]}" -gt "$POINTER_BYTES" ]; then
      write_pointer "$index"
      path=$REPLY name="$name.pointer.json"
    fi
    printf '%s\n' "$path" >>"$private/stage-paths"
    printf '%s\n' "$name" >>"$private/stage-names"
    staged=$((staged + 1))
  done
  add_to_index
}

# A path that git refuses, or that is a repository for who checks it out: .git in any spelling of any file system.
is_git_name() {
  local part rest=$1/
  while [ -n "$rest" ]; do
    part=${rest%%/*}
    rest=${rest#*/}
    case $part in
      .[gG][iI][tT] | .[gG][iI][tT][\ .:]* | [gG][iI][tT]~[0-9]*) return 0 ;;
    esac
  done
  return 1
}

# REPLY: a small file that names the object in the bucket.
write_pointer() {
  local file="$private/pointer-$1" object
  quote_text "${prefix}results/${done_names[$1]}"
  object=$REPLY
  printf '{\n  "bucket": "%s",\n  "object": "%s",\n  "size": %s,\n  "sha256": "%s"\n}\n' "$meta_bucket" "$object" \
    "${done_sizes[$1]}" "${done_hashes[$1]}" >"$file"
  REPLY=$file
}

# Hashes stage-paths into blobs and enters them under stage-names, below the run's folder.
add_to_index() {
  local oid name
  if [ ! -s "$private/stage-paths" ]; then return 0; fi
  output_git hash-object -w --no-filters --stdin-paths <"$private/stage-paths" >"$private/stage-oids" \
    2>"$private/git-error" || return 1
  while IFS= read -r oid <&7 && IFS= read -r name <&8; do
    printf '100644 %s\t%s/%s\n' "$oid" "$meta_run" "$name"
  done 7<"$private/stage-oids" 8<"$private/stage-names" >"$private/stage-index"
  output_git update-index --add --index-info <"$private/stage-index" 2>"$private/git-error"
}

# The branch's newest commit into `tip`; empty where the repository or the branch is.
fetch_tip() {
  tip=''
  if remote_git fetch -q --depth 1 --no-tags -- "$output_url" "+refs/heads/$output_branch:refs/mymlops/tip"; then
    read -r tip _ <"$work/output.git/FETCH_HEAD"
    return 0
  fi
  git_error_line
  case $REPLY in
    *"find remote ref"*) return 0 ;;
  esac
  last_git_error=$REPLY
  return 1
}

# Long-polls the control key. last_etag=0 differs from any value, so that one that is there already answers at once.
wait_for_verdict() {
  local etag=0 waits=$SECONDS ends=$((SECONDS + VERDICT_SECONDS)) began
  local pattern='[Ee][Tt][Aa][Gg]:[[:space:]]*([^[:space:]]+)'
  while [ "$SECONDS" -lt "$ends" ]; do
    began=$SECONDS
    : >"$private/control"
    if metadata_curl --max-time 90 -D "$private/control-headers" -o "$private/control" \
      "$METADATA/attributes/mymlops-control?wait_for_change=true&last_etag=$etag&timeout_sec=60"; then
      if grep -q '^verdict=.' "$private/control"; then
        push_ends=$((push_ends + SECONDS - waits)) # it is not the other side that was slow
        return 0
      fi
    elif [ "$((SECONDS - began))" -lt 2 ] && [ "$etag" != 0 ]; then
      pause 1 # a server that does not wait for a key that is absent
    fi
    etag=none
    read_file "$private/control-headers"
    if [[ $REPLY =~ $pattern ]]; then etag=${BASH_REMATCH[1]}; fi
  done
  return 1
}

# The control plane's own words for the output repository: metadata.json and the commit message.
fetch_publish_files() {
  begin_tries "$((push_ends - SECONDS))"
  while :; do
    begin_transfers
    add_download "${prefix}publish/metadata.json" "$private/metadata.json"
    add_download "${prefix}publish/message.txt" "$private/message.txt"
    run_transfers
    if [ "${codes[1]:-000} ${codes[2]:-000}" = '200 200' ]; then
      printf '%s\n' "$private/metadata.json" >"$private/stage-paths"
      printf 'metadata.json\n' >"$private/stage-names"
      staged=$((staged + 1))
      add_to_index
      return
    fi
    if is_final_code "${codes[1]:-000}" || is_final_code "${codes[2]:-000}" || ! next_try; then return 1; fi
  done
}

# Fetch the tip, put the folder on it, push; again when someone was faster. Other failures get few tries: a refusal
# stays one.
push_results() {
  local races=0 failures=0
  build_folder || return 1
  while [ "$races" -lt "$PUSH_TRIES" ] && [ "$failures" -lt 3 ] && [ "$SECONDS" -lt "$push_ends" ]; do
    if [ "$failures" -gt 0 ]; then pause "$failures"; fi
    if ! $tip_known && ! fetch_tip; then
      if is_refusal; then return 1; fi
      failures=$((failures + 1))
      continue
    fi
    tip_known=false
    if is_published; then return 0; fi
    if $superseded; then return 1; fi
    make_commit || return 1
    if remote_git push -q -- "$output_url" "$commit:refs/heads/$output_branch"; then return 0; fi
    git_error_line
    last_git_error=$REPLY
    if is_race; then
      races=$((races + 1))
      sleep "0.$((RANDOM % 5))$((RANDOM % 10))"
    elif is_refusal; then
      return 1
    else
      failures=$((failures + 1))
    fi
  done
  return 1
}

is_race() {
  grep -q -e 'fetch first' -e 'non-fast-forward' -e 'stale info' -e 'cannot lock ref' -e 'failed to update ref' \
    -e 'failed to lock' -e 'incorrect old value' -e 'reference already exists' "$private/git-error"
}

is_refusal() {
  grep -q -e 'hook declined' -e 'protected branch' -e 'ermission denied' -e 'not allowed' -e 'Authentication failed' \
    -e 'could not read Username' -e 'not found' -e 'does not appear to be a git repository' "$private/git-error"
}

# The tree of the run's folder. The files in it must be as many as were meant.
build_folder() {
  local count=0
  if ! { folder_tree=$(output_git write-tree --prefix="$meta_run/" 2>"$private/git-error") &&
    output_git ls-files >"$private/staged" 2>"$private/git-error"; }; then
    git_error_line
    last_git_error="The results could not be staged: $REPLY"
    return 1
  fi
  while IFS= read -r _; do count=$((count + 1)); done <"$private/staged"
  if [ "$count" -eq "$staged" ]; then return 0; fi
  last_git_error="git staged $count of $staged files."
  return 1
}

# Does the tip hold this run already? The same attempt: our own push whose answer was lost. A newer one stays.
is_published() {
  local have
  if [ -z "$tip" ]; then return 1; fi
  output_git cat-file blob "$tip:$meta_run/metadata.json" >"$private/have.json" 2>/dev/null || return 1
  read_file "$private/have.json"
  have=$REPLY
  json_field "$have" commit # the predecessor's key for the run
  if [ "$REPLY" != "$meta_run" ]; then return 1; fi
  json_field "$have" attempt
  case $REPLY in
    '' | *[!0-9]*) return 1 ;;
  esac
  if [ "$REPLY" -eq "$meta_attempt" ]; then
    commit=$tip
    return 0
  fi
  if [ "$REPLY" -gt "$meta_attempt" ]; then
    superseded=true last_git_error="The output repository already holds attempt $REPLY of this run."
  fi
  return 1
}

# `commit`: the tip's tree with the run's folder replaced, by plumbing: the rest of the repository is never checked out.
make_commit() {
  set_author
  if write_commit 2>"$private/git-error"; then return 0; fi
  git_error_line
  last_git_error=$REPLY
  return 1
}

# Each step on its own: a listing that fails half way would delete from the repository what it did not list.
write_commit() {
  local tree parent=()
  : >"$private/tree"
  if [ -n "$tip" ]; then
    parent=(-p "$tip")
    output_git ls-tree "$tip" >"$private/tip-tree" || return 1
    grep -v "$(printf '\t')$meta_run\$" "$private/tip-tree" >"$private/tree" || [ $? -eq 1 ] || return 1
  fi
  printf '040000 tree %s\t%s\n' "$folder_tree" "$meta_run" >>"$private/tree"
  tree=$(output_git mktree <"$private/tree") || return 1
  commit=$(GIT_AUTHOR_NAME=$author_name GIT_AUTHOR_EMAIL=$author_email GIT_COMMITTER_NAME=$author_name \
    GIT_COMMITTER_EMAIL=$author_email output_git commit-tree "$tree" ${parent[@]+"${parent[@]}"} \
    -F "$private/message.txt")
}

set_author() {
  decode_text "$meta_author_name_64"
  author_name=${REPLY:-mymlops}
  decode_text "$meta_author_email_64"
  author_email=${REPLY:-mymlops@localhost}
}

# ---- the end -------------------------------------------------------------------------------------------------------

# Repeats the last report until the VM is deleted. When nobody does that, the machine is powered off: the second line.
linger() {
  report final
  wait "$reporter" || true
  reporter=''
}

# The machine or its stand-in wants us gone: no outcome, nothing said.
leave_for_signal() {
  quiet=true
  exit 143
}

# Whatever happened: nobody waits for a VM that has nothing more to say.
on_exit() {
  if [ "$BASH_SUBSHELL" -gt 0 ]; then return 0; fi # a child that was ended before it had shed this trap
  trap - EXIT ERR
  set +e
  if ! $quiet && ! $finished; then report_own_failure "$1"; fi
  if [ -n "$group" ]; then kill -TERM -- "-$group" 2>/dev/null; fi
  local pid
  for pid in "$reporter" "$side" "$watchdog" "$bundle_fetch"; do
    if [ -n "$pid" ]; then kill -KILL "$pid" 2>/dev/null; fi
  done
  power_off
}

# An error of the agent itself. A run whose outcome is written has only its publication to lose.
report_own_failure() {
  local message=${error_message:-"agent.sh line $error_line: $error_command: exit code $1"}
  note "$message"
  if [ -z "$boot" ]; then return 0; fi # without metadata there is nobody to tell
  if [ -n "$group" ]; then end_group; fi
  if $outcome_written; then
    set_publication "mymlops: $message"
  else
    stop_side_loop
    fail_run internal "$message"
    command_ran=false
    base64_of "$failure_message"
    state_failure="{\"reason\":\"internal\",\"message64\":\"$REPLY\"}"
    if [ -z "$reporter" ]; then start_reporter; fi
    report
    if $claimed; then
      # In a process of its own: whatever ends it, this one goes on to power the machine off.
      (
        collect_results
        upload_results
        write_outcome
      )
      if [ ! -e "$private/complete" ]; then return 0; fi # without an outcome another attempt may follow
      state_outcome=true
    fi
  fi
  linger
}

start_reporter() {
  run_reporter &
  reporter=$!
}

main() {
  claimed=false
  detect_machine
  make_folders
  enter_phase boot
  boot_at=$now
  require_tools
  read_metadata
  set_boot_id
  fetch_bundle &
  bundle_fetch=$!
  claim_attempt
  claimed=true
  prepare_command
  start_reporter
  phase_source
  run_side_loop &
  side=$!
  if [ -z "$failure_reason" ] && [ -n "$meta_setup_64" ]; then phase_setup; fi
  if [ -z "$failure_reason" ]; then phase_execute; fi
  phase_publish
  publish_to_git
  linger
  finished=true
}

main
