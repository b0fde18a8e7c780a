# ---- what the control plane tells an instance ------------------------------------------------------------------------
# Until when the VM may stay, and a proposal to stop as nobody seems to work. Each word renews the lease.

lease_at=0 stop_at=0 extended_until=0 # by `elapsed`
told='' # when the control plane wrote the last word that was taken
proposal=0 open_proposal='' # the number of the last proposal that was answered, and of one that is not

# Listens, in a process of its own. A value that is there at boot is an old one: the VM may have been off for months.
run_poller() {
  local is_old=true how=now
  who=poller
  while ! is_agent_gone; do
    if poll_control "$how"; then
      { printf 'old=%s\n' "$is_old" && cat "$private/control"; } >"$private/told.new" && mv -f "$private/told.new" "$private/told"
      printf 'told\n' >&4
    fi
    case $control_code in
      0 | 22) is_old=false how=wait ;; # it is known what was there at boot
    esac
  done
}

# Takes the newest word. Times are seconds from when it was written, which was a moment ago.
take_told() {
  local name value is_old=false told_at='' stop_in='' extended_for=0 number=''
  read_file "$private/told"
  while IFS='=' read -r name value; do
    case $value in
      '' | *[!A-Za-z0-9.:-]*) continue ;;
    esac
    case $name in
      old) is_old=$value ;;
      told) told_at=$value ;;
      stopIn) stop_in=$value ;;
      extendedFor) extended_for=$value ;;
      proposal) number=$value ;;
    esac
  done <<<"$REPLY"
  case "$stop_in$extended_for$number" in *[!0-9]*) return 0 ;; esac
  if [ -z "$told_at" ] || [ "$told_at" = "$told" ]; then return 0; fi
  told=$told_at
  if [ "$is_old" = true ]; then
    proposal=${number:-0}
    return 0
  fi
  set_elapsed
  lease_at=$elapsed extended_until=0
  if [ -n "$stop_in" ]; then stop_at=$((elapsed + stop_in)); fi
  if [ "$extended_for" -gt 0 ]; then extended_until=$((elapsed + extended_for)); fi
  open_proposal=''
  if [ -n "$number" ] && [ "$number" -gt "$proposal" ]; then open_proposal=$number; fi
  note "the control plane: stop in ${stop_in:-?} s, extended for $extended_for s, proposal ${open_proposal:-none}"
}
