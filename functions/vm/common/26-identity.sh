# ---- identity --------------------------------------------------------------------------------------------------------
# The VM's identity token. Without it the control plane believes no report.

# Sets `identity`: the token as attributes of a message, in JSON. Pub/Sub takes 1,024 bytes a value, so the token is cut into
# parts. It is fetched again after half an hour, or before it expires: the metadata server may answer with an old token.
ensure_identity() {
  set_seconds
  if [ "$seconds" -ge "$identity_from" ] && [ "$seconds" -lt "$identity_until" ]; then return 0; fi
  local token payload part number=0 now_seconds
  token=$(metadata_curl --max-time 10 \
    "$METADATA/service-accounts/default/identity?audience=$audience&format=full") || return 1
  case $token in
    *[!A-Za-z0-9._-]* | '') return 1 ;;
  esac
  payload=${token#*.}
  payload=${payload%%.*}
  payload=${payload//-/+}
  payload=${payload//_//}
  while [ $((${#payload} % 4)) -ne 0 ]; do payload="$payload="; done
  json_field "$(printf '%s' "$payload" | decode64)" exp
  now_seconds=$(date +%s)
  identity_until=$((${REPLY:-0} - now_seconds - 60))
  if [ "$identity_until" -gt "$IDENTITY_SECONDS" ]; then identity_until=$IDENTITY_SECONDS; fi
  identity_from=$seconds identity_until=$((seconds + identity_until))
  identity=''
  while [ -n "$token" ]; do
    number=$((number + 1))
    part=${token:0:IDENTITY_PART_LENGTH}
    token=${token:IDENTITY_PART_LENGTH}
    identity="${identity:+$identity,}\"identity$number\":\"$part\""
  done
}
