# ---- messages --------------------------------------------------------------------------------------------------------
# A report as a message to Pub/Sub. shutdown.sh sends them as well.

# Sets `identity`: the identity token ($1) as attributes of a message, in JSON. Pub/Sub takes 1,024 bytes a value, so the token
# is cut into parts. Fails if it is not a token.
split_identity() {
  local rest=$1 number=0
  identity=''
  case $rest in
    *[!A-Za-z0-9._-]* | '') return 1 ;;
  esac
  while [ -n "$rest" ]; do
    number=$((number + 1))
    identity="${identity:+$identity,}\"identity$number\":\"${rest:0:IDENTITY_PART_LENGTH}\""
    rest=${rest:IDENTITY_PART_LENGTH}
  done
}

# REPLY: the data of a report, in base64: writer, number, kind, state. Sets `now`.
report_data() {
  local data
  set_now
  printf -v data '{"v":1,%s,"boot":"%s","writer":"%s","seq":%s,"kind":"%s","sentAt":"%s","state":%s}' \
    "$owner" "$boot" "$1" "$2" "$3" "$now" "$4"
  REPLY=$(printf '%s' "$data" | base64)
  REPLY=${REPLY//"$NEWLINE"/}
}

# Adds a message with this data. It needs no file, so that a VM with a full disk can still report.
add_message() {
  local body
  printf -v body '{"messages":[{"data":"%s","attributes":{%s}}]}' "$1" "$identity"
  quote_text "$body"
  add_transfer "$meta_pubsub_url/v1/projects/$meta_project/topics/$meta_events_topic:publish" /dev/null \
    "data-raw = \"$REPLY\"" 'request = "POST"' 'header = "Content-Type: application/json"' 'header = "Expect:"' \
    'max-time = 20'
}
