# ---- source ----------------------------------------------------------------------------------------------------------
# The user's project as git bundles, from the bucket into the project's folder.

# Fetches the bundles with these names, which have : between them. Runs in the background while the work is claimed, and writes only
# its own files.
fetch_bundles() {
  local part failure
  who=bundle
  begin_tries "$BOOT_SECONDS"
  while :; do
    begin_transfers
    for part in ${1//:/ }; do add_download "$part" "$work/source-$((transfer_count + 1)).bundle"; done
    run_transfers
    if ! failure=$(failed_code); then return 0; fi
    if is_final_code "$failure" || ! next_try; then break; fi # the bucket is consistent: an absent object will not appear later
  done
  printf '%s' "$failure" >"$private/bundle-error"
  return 1
}

# Prints the HTTP status of a transfer that failed, first of one that will fail again; fails if all transfers succeeded.
failed_code() {
  local number failure=''
  for ((number = 1; number <= transfer_count; number++)); do
    if [ "${codes[number]}" = 200 ]; then continue; fi
    if [ -z "$failure" ] || is_final_code "${codes[number]}"; then failure=${codes[number]}; fi
  done
  [ -n "$failure" ] && printf '%s' "$failure"
}

# A project may be in several bundles. Each holds only objects that the bundles before it lack.
unpack_bundles() {
  local bundle
  for bundle in "$work"/source-*.bundle; do
    safe_git -C "$repo" bundle unbundle "$bundle" >/dev/null || return 1
  done
}

# The project's bytes are checked out unchanged: these attributes have priority over the project's own .gitattributes.
make_repository() {
  init_repository sha1 "$repo" && mkdir -p "$repo/.git/info" && printf '%s\n' "$AS_IT_IS" >"$repo/.git/info/attributes"
}
