#!/bin/bash
# Runs when the VM goes down: reports it, and saves log and notebook in the seconds that remain. It exits at once if the agent
# has written its outcome or the VM is fenced: deletion must not wait for this script. Static, and with the same needs as
# agent.sh, whose private folder it reads.
set -Eeuo pipefail
trap 'exit 0' EXIT TERM INT HUP # a failure cannot be reported any more

readonly METADATA="http://${GCE_METADATA_HOST:-metadata.google.internal}/computeMetadata/v1/instance"
readonly NEWLINE=$'\n'
readonly FENCED_OBJECT=fenced # as in agent.sh
transfers=''
# Variables of the agent's settings.
meta_project='' meta_bucket='' meta_events_topic='' meta_storage_url='' meta_pubsub_url=''
agent='' audience='' owner='' boot='' prefix='' log='' notebook_name='' notebook_path=''

# The same folder as in agent.sh.
find_private_folder() {
  local product=''
  if [ -r /sys/class/dmi/id/product_name ]; then read -r product </sys/class/dmi/id/product_name || true; fi
  if [ "$product" = 'Google Compute Engine' ]; then private=/run/mymlops; else private="$HOME/.mymlops/private"; fi
}

# REPLY: the whole content of a file, or nothing if it is absent.
read_file() {
  REPLY=''
  if [ -f "$1" ]; then IFS= read -r -d '' REPLY <"$1" || true; fi
}

# REPLY: a text escaped for a double-quoted string in a configuration of curl.
quote_text() {
  local text=${1//\\/\\\\}
  REPLY=${text//\"/\\\"}
}

# Reads with one curl whether this is a preemption, and new tokens, as the agent's may have expired.
read_metadata() {
  curl -q -sS -g --noproxy '*' --connect-timeout 2 --max-time 5 -H 'Metadata-Flavor: Google' \
    -o "$private/going-preempted" "$METADATA/preempted" \
    -o "$private/going-token" "$METADATA/service-accounts/default/token" \
    -o "$private/going-identity" "$METADATA/service-accounts/default/identity?audience=$audience&format=full"
  local pattern='"access_token"[[:space:]]*:[[:space:]]*"([^"]+)"'
  read_file "$private/going-token"
  if ! [[ $REPLY =~ $pattern ]]; then exit 0; fi
  token=${BASH_REMATCH[1]}
  read_file "$private/going-preempted"
  preempted=false
  if [ "${REPLY:0:4}" = TRUE ]; then preempted=true; fi
}

# Sets `identity`: the identity token as attributes of a message, as in agent.sh.
read_identity() {
  local rest number=0
  identity=''
  read_file "$private/going-identity"
  rest=$REPLY
  case $rest in
    *[!A-Za-z0-9._-]*) rest='' ;;
  esac
  while [ -n "$rest" ]; do
    number=$((number + 1))
    identity="${identity:+$identity,}\"identity$number\":\"${rest:0:1000}\""
    rest=${rest:1000}
  done
}

# Adds a transfer: URL, more lines of configuration. curl reads all of it from a file.
add_transfer() {
  local section
  printf -v section '%s\n' "url = \"$1\"" "header = \"Authorization: Bearer $token\"" silent show-error globoff \
    'connect-timeout = 3' 'max-time = 20' 'write-out = "%{http_code}\n"' "output = \"$private/going-answer\"" "${@:2}"
  transfers="${transfers:+${transfers}next$NEWLINE}$section"
}

# Adds the upload of a result: its name, the file, log or notebook. A copy is sent, as a file that grows while curl sends it
# breaks the request. Adds nothing if there is no such file.
add_upload() {
  local url="$meta_storage_url/upload/storage/v1/b/$meta_bucket/o?uploadType=media&name=${prefix}results/$1"
  local copy file=$2
  if [ ! -f "$file" ] || [ -L "$file" ]; then return 0; fi
  copy="${log%/*}/going-$3"
  if head -c "$(($(wc -c <"$file")))" "$file" >"$copy" 2>/dev/null; then file=$copy; fi
  if [ "$3" = notebook ] && ! ends_as_notebook "$file"; then return 0; fi
  quote_text "$file"
  add_transfer "$url" "upload-file = \"$REPLY\"" 'request = "POST"' 'header = "Expect:"' \
    'header = "Content-Type: application/octet-stream"'
}

# Whether the notebook is complete. One that is just being written must not replace the complete one in the bucket.
ends_as_notebook() {
  case $(tail -c 100 "$1" | tr -d '[:space:]') in
    *'}') ;;
    *) return 1 ;;
  esac
}

run_transfers() {
  printf '%s' "$transfers" >"$private/going-transfers"
  curl -q -K "$private/going-transfers" >"$private/going-codes" 2>>"$private/agent.log" || true
  transfers=''
}

# The control plane has given this VM up: nothing of it is wanted.
leave_if_fenced() {
  local object=$prefix$FENCED_OBJECT code=''
  add_transfer "$meta_storage_url/storage/v1/b/$meta_bucket/o/${object//\//%2F}?alt=media"
  run_transfers
  read -r code <"$private/going-codes" || true
  if [ "$code" = 200 ]; then exit 0; fi
}

# Adds a report of this script's own: the agent's cumulative state, and that the VM is going down.
add_report() {
  local state cells='' at seq=0
  if ! IFS= read -r state <"$private/state"; then return 0; fi
  if [ -f "$private/cells" ]; then read -r cells <"$private/cells" || true; fi
  if [ -f "$private/going-seq" ]; then read -r seq <"$private/going-seq" || true; fi
  seq=$((seq + 1))
  printf '%s\n' "$seq" >"$private/going-seq"
  at=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  state="{$state${cells:+,\"cells\":$cells},\"stopping\":{\"preempted\":$preempted,\"at\":\"$at\"}}"
  {
    printf '{"messages":[{"data":"'
    printf '{"v":1,%s,"boot":"%s","writer":"shutdown","seq":%s,"kind":"lifecycle","sentAt":"%s","state":%s}' \
      "$owner" "$boot" "$seq" "$at" "$state" | base64 | tr -d '\n'
    printf '","attributes":{%s}}]}' "$identity"
  } >"$private/going-body"
  add_transfer "$meta_pubsub_url/v1/projects/$meta_project/topics/$meta_events_topic:publish" \
    "upload-file = \"$private/going-body\"" 'request = "POST"' 'header = "Content-Type: application/json"' \
    'header = "Expect:"'
}

# The agent saves the checkpoint, as it knows which files are already saved. Meanwhile report and log are sent.
ask_for_checkpoint() {
  if [ ! -e "$private/checkpoint-mark" ] || ! kill -0 "$agent" 2>/dev/null; then return 0; fi
  rm -f "$private/checkpoint-kept"
  printf 'checkpoint\n' 1<>"$private/kind" # opened for reading and writing: the reader may be gone
  asked=true
}

wait_for_checkpoint() {
  local try=0
  until [ -e "$private/checkpoint-kept" ] || [ "$try" -ge 100 ] || ! kill -0 "$agent" 2>/dev/null; do
    try=$((try + 1))
    sleep 0.2
  done
}

main() {
  asked=false
  find_private_folder
  if [ ! -d "$private" ]; then exit 0; fi
  : >"$private/going-down" # before anything else: a command that fails from now on was interrupted
  if [ -e "$private/complete" ] || [ -e "$private/fenced" ] || [ ! -f "$private/settings" ]; then exit 0; fi
  umask 077
  # shellcheck disable=SC1091 # written by agent.sh
  . "$private/settings"
  read_metadata
  read_identity
  leave_if_fenced
  ask_for_checkpoint
  add_report
  run_transfers # separately: copying and sending the rest may take all the time that is left
  add_upload log.txt "$log" log
  add_upload "$notebook_name" "$notebook_path" notebook
  run_transfers
  if $asked; then wait_for_checkpoint; fi
}

main
