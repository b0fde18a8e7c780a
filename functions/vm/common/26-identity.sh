# ---- identity --------------------------------------------------------------------------------------------------------
# The VM's identity token. Without it the control plane believes no report.

# Sets `identity`. The token is fetched again after half an hour, or before it expires: the metadata server may answer with an
# old token.
ensure_identity() {
  set_seconds
  if [ "$seconds" -ge "$identity_from" ] && [ "$seconds" -lt "$identity_until" ]; then return 0; fi
  local token payload now_seconds
  token=$(metadata_curl --max-time 10 \
    "$METADATA/service-accounts/default/identity?audience=$audience&format=full") || return 1
  split_identity "$token" || return 1
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
}
