# ---- calls to Google -------------------------------------------------------------------------------------------------
# Calls to Cloud Storage and Pub/Sub, several with one process. What is written once goes to the results bucket, what is
# overwritten to the live bucket.

# Begins a list of transfers, for which one curl process and one connection are enough. curl reads the list from a pipe: a
# token in its arguments would show in the process list, and a file needs room on the disk.
begin_transfers() {
  if [ ! -d "$private" ]; then mkdir -p "$private"; fi # a command may have deleted it
  ensure_token || note 'no access token'
  transfers='' transfer_count=0 transfer_files=()
  if [ -z "${transfer_end+set}" ]; then set_transfer_end; fi
}

# Sets transfer_end: what curl is to write about how a transfer ended. It cannot say so before 7.75, of 2021
# (https://curl.se/docs/manpage.html#-w).
set_transfer_end() {
  case $(curl -q --version) in
    'curl 7.'[0-9].* | 'curl 7.'[0-6][0-9].* | 'curl 7.7'[0-4].*) transfer_end='' ;;
    *) transfer_end=' %{exitcode}' ;;
  esac
}

# Adds a transfer: URL, file for the answer (empty: answer_path N), more lines of configuration.
add_transfer() {
  local url=$1 file=$2 section
  shift 2
  if [ "$transfer_count" -gt 0 ]; then transfers="${transfers}next$NEWLINE"; fi
  transfer_count=$((transfer_count + 1))
  if [ -z "$file" ]; then
    answer_path "$transfer_count"
    file=$REPLY
  fi
  transfer_files[transfer_count]=$file
  quote_text "$file"
  printf -v section '%s\n' "url = \"$url\"" "output = \"$REPLY\"" "header = \"Authorization: Bearer $token\"" \
    "write-out = \"$transfer_count %{http_code}$transfer_end\\n\"" silent show-error globoff "$transfer_limits" "$@"
  transfers=$transfers$section
}

# REPLY: the file with the answer to transfer N of this process.
answer_path() {
  REPLY="$private/answer-$who-$1"
}

# Adds a download: object, and the file to write.
add_download() {
  object_url "$meta_results_bucket" "$1"
  add_transfer "$REPLY?alt=media" "${2:-}"
}

add_live_download() {
  object_url "$meta_live_bucket" "$1"
  add_transfer "$REPLY?alt=media" "${2:-}"
}

# REPLY: the URL of an object: bucket and name.
object_url() {
  url_encode "$2"
  REPLY="$meta_storage_url/storage/v1/b/$1/o/${REPLY//\//%2F}"
}

# Adds an upload: object, file, and more query parameters.
add_upload() {
  add_upload_to "$meta_results_bucket" "$@"
}

add_live_upload() {
  add_upload_to "$meta_live_bucket" "$@"
}

add_upload_to() {
  local url type
  url_encode "$2"
  url="$meta_storage_url/upload/storage/v1/b/$1/o?uploadType=media&name=$REPLY${4:-}"
  content_type "$2"
  type=$REPLY
  quote_text "$3"
  add_transfer "$url" '' "upload-file = \"$REPLY\"" 'request = "POST"' "header = \"Content-Type: $type\"" \
    'header = "Expect:"'
}

# Copies a file that another process is writing, up to its present size: a file that grows while curl sends it breaks the
# request. REPLY: the copy ($2), or the file itself if there is no room for a copy.
steady_copy() {
  local size
  REPLY=$1
  if size=$(wc -c <"$1") && head -c "$((size))" "$1" >"$2"; then REPLY=$2; else rm -f "$2"; fi
}

# REPLY: seconds that must have passed since the last upload of a file of this size that grows.
upload_pause() {
  local steps=$(($1 / UPLOAD_STEP_BYTES))
  if [ "$steps" -gt "$MOST_UPLOAD_STEPS" ]; then steps=$MOST_UPLOAD_STEPS; fi
  REPLY=$((steps * meta_progress_seconds))
}

# REPLY: the media type of a result that the console can show. HTML is not among them: its scripts would run on the bucket's
# site.
content_type() {
  case $1 in
    *.txt | *.csv) REPLY='text/plain; charset=utf-8' ;;
    *.json | *.ipynb) REPLY=application/json ;;
    *.png) REPLY=image/png ;;
    *) REPLY=application/octet-stream ;;
  esac
}

# Runs the transfers, with more options of curl. Sets the array `codes`: the HTTP status of each transfer by its number, as
# parallel transfers end in any order, or 000 if nothing answered, or only a part.
run_transfers() {
  local number code end
  codes=()
  for ((number = 0; number <= transfer_count; number++)); do codes[number]=000; done
  while read -r number code end; do
    if [ "$code" = 200 ] && is_cut "$end"; then code=000; fi
    codes[number]=$code
  done < <(printf '%s' "$transfers" | curl -q "$@" -K -)
  case " ${codes[*]} " in
    *' 401 '*) token_until=0 ;;
    *' 403 '*) note_refusals ;;
  esac
}

# Whether the connection broke within the answer, by curl's exit code (https://curl.se/libcurl/c/libcurl-errors.html): the answer
# was shorter than announced, did not go on, or nothing could be received any more.
is_cut() {
  case $1 in 16 | 18 | 28 | 56 | 92) return 0 ;; esac
  return 1
}

# Notes refusals in Google's words, which name the permission that the account of the VM lacks. The same words once.
note_refusals() {
  local number pattern='"message"[[:space:]]*:[[:space:]]*"([^"\\]*)'
  for ((number = 1; number <= transfer_count; number++)); do
    if [ "${codes[number]}" != 403 ] || [ ! -f "${transfer_files[number]}" ]; then continue; fi
    read_file "${transfer_files[number]}"
    if [[ $REPLY =~ $pattern ]]; then
      message_text "${BASH_REMATCH[1]}"
      if [ "$REPLY" != "${refusal:-}" ]; then note "refused: $REPLY"; fi
      refusal=$REPLY
    fi
  done
}

# Whether another try would get the same answer. 401: the token is renewed; 403: a right that was taken away may come back,
# and Google says so of too many calls, too; 408 and 429: later.
is_final_code() {
  case $1 in
    401 | 403 | 408 | 429) return 1 ;;
    4??) return 0 ;;
  esac
  return 1
}
