# ---- the word of the control plane -----------------------------------------------------------------------------------
# The key mymlops-control of the VM's metadata, which the control plane writes while the VM runs.

control_code=0 # of curl, at the last question; 22: the server answered, and has no such key
control_etag=0 # of the value that was read last; 0 differs from any, so that a value which is already there comes at once

# Long-polls the key once, for a minute; with `now` as $1, asks for it and does not wait. The value is in $private/control; fails where the server gave none.
# https://cloud.google.com/compute/docs/metadata/querying-metadata#waitforchange
poll_control() {
  local began etag=$control_etag question pattern='[Ee][Tt][Aa][Gg]:[[:space:]]*([^[:space:]]+)'
  set_elapsed
  began=$elapsed
  : >"$private/control"
  control_code=0
  question="?wait_for_change=true&last_etag=$etag&timeout_sec=60"
  if [ "${1:-}" = now ]; then question=''; fi
  metadata_curl --max-time 90 -D "$private/control-headers" -o "$private/control" \
    "$METADATA/attributes/mymlops-control$question" || control_code=$?
  set_elapsed
  if [ "$control_code" -ne 0 ] && [ "$((elapsed - began))" -lt 2 ] && [ "$etag" != 0 ]; then
    pause 1 # the server did not wait because the key is absent
  fi
  control_etag=none
  read_file "$private/control-headers"
  if [[ $REPLY =~ $pattern ]]; then control_etag=${BASH_REMATCH[1]}; fi
  [ "$control_code" -eq 0 ]
}
