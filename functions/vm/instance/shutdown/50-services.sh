# ---- an instance whose VM goes down ----------------------------------------------------------------------------------
# Its services get time to save what they have.

kept='' # of the agent's settings

# The agent does not start them again: `going-down` is written.
kind_begin_saving() {
  local group
  if [ ! -f "$private/services" ]; then return 0; fi
  while read -r _ group _; do kill -TERM -- "-$group" 2>/dev/null || true; done <"$private/services"
}

# The end of the log, as the services wrote it.
kind_add_results() {
  local size
  size=$(wc -c <"$log" 2>/dev/null) || return 0
  if [ "$((size))" -eq 0 ]; then return 0; fi
  tail -c 2000000 "$log" >"${log%/*}/going-log" || return 0
  add_upload "${prefix}log.txt" "${log%/*}/going-log"
}
