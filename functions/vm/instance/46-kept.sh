# ---- what outlives a boot --------------------------------------------------------------------------------------------
# The steps of the first boot that have succeeded, and the token of the services. They are on the disk, beside the user's work.

# Sets `kept`. A disk may be a copy of another instance's: nothing of that one's steps counts.
open_kept() {
  kept="$HOME/.mymlops-instance"
  mkdir -p "$kept"
  chmod 700 "$kept"
  REPLY=''
  if [ -f "$kept/uid" ]; then read_line "$kept/uid" || REPLY=''; fi
  if [ "$REPLY" = "$meta_uid/$meta_vm" ]; then return 0; fi
  rm -f "$kept/claimed"
  if [ "${REPLY%/*}" != "$meta_uid" ]; then remove_any "$kept/token" "$kept/source" "$kept/source-begun" "$kept/setup"; fi
  printf '%s\n' "$meta_uid/$meta_vm" >"$kept/uid"
}

is_step_done() {
  [ -e "$kept/$1" ]
}

# A step that is not noted on a full disk is repeated at the next boot: each can be.
finish_step() {
  : >"$kept/$1" || note "the disk is full: $1 is repeated at the next boot"
}

# Makes the token of the services, and puts it where the instance's users fetch it. It is in no argument, no metadata and no log.
keep_token() {
  if [ ! -s "$kept/token" ]; then
    od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$kept/token.new"
    mv -f "$kept/token.new" "$kept/token"
  fi
  begin_tries "$BOOT_SECONDS"
  while :; do
    begin_transfers
    add_upload "${prefix}token" "$kept/token"
    run_transfers
    if [ "${codes[1]:-000}" = 200 ]; then return 0; fi
    note "token not taken: HTTP ${codes[1]:-000}"
    next_try || break
  done
  note 'the token is not in the bucket: the services cannot be opened before the next boot'
}
