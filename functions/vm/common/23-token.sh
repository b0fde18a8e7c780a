# ---- the token -------------------------------------------------------------------------------------------------------
# The metadata server, and the access token that it gives.

# -q: ignores ~/.curlrc, which a user's program may have written.
metadata_curl() {
  curl -q -sS -f -g --noproxy '*' --connect-timeout 5 -H 'Metadata-Flavor: Google' "$@"
}

# Takes the access token from the metadata server's answer. It is renewed a little before it expires.
use_token() {
  json_field "$1" access_token
  token=$REPLY
  json_field "$1" expires_in
  set_seconds
  token_from=$seconds token_until=$((seconds + ${REPLY:-0} - 240))
  [ -n "$token" ]
}

# A clock that was set back makes a token look younger than it is.
ensure_token() {
  set_seconds
  if [ "$seconds" -ge "$token_from" ] && [ "$seconds" -lt "$token_until" ]; then return; fi
  local answer
  answer=$(metadata_curl --max-time 10 "$METADATA/service-accounts/default/token") && use_token "$answer"
}
