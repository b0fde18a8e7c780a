# ---- repair ----------------------------------------------------------------------------------------------------------
# Repairs for a command that broke the agent's files, and the end for one that killed the agent.

# Restores the agent's files after a command that deleted its home, took permissions away or filled the disk.
repair_home() {
  rm -f "$work/reserve"
  local folder
  for folder in "$HOME" "$work" "$private"; do
    if ! { mkdir -p "$folder" && chmod u+rwx "$folder"; }; then note "cannot be repaired: $folder"; fi
  done
  repair_log
  repair_agent_log
  kind_repair
  if [ ! -f "$private/settings" ]; then write_settings; fi
}

# Restores the log from the descriptor on which it was opened first, whatever was done to its name.
repair_log() {
  if [ "$log" -ef /dev/fd/9 ] && [ ! -L "$log" ]; then return 0; fi
  rm -rf "$log"
  cat <&9 >"$log"
  exec 9<"$log"
}

# Begins the agent's own log anew where the command deleted it: results are sent with it.
repair_agent_log() {
  if [ -f "$private/agent.log" ]; then return 0; fi
  rm -rf "$private/agent.log"
  exec >>"$private/agent.log" 2>&1
  note "the command deleted the agent's log: it begins here"
}

# Reserves room for the agent's last files, in case the command fills the disk. fallocate, which a Mac lacks, writes no zeros.
keep_reserve() {
  fallocate -l "$RESERVE_BYTES" "$work/reserve" 2>/dev/null ||
    head -c "$RESERVE_BYTES" /dev/zero >"$work/reserve" || note 'the disk is full already'
}

# Whether the agent's main process has ended. The processes that watch beside it must then not go on.
is_agent_gone() {
  ! kill -0 "$$" 2>/dev/null
}

# The agent's main process was killed, by the command or because memory ran out, so that no process is left that could
# publish. Saves the results so far and powers the VM off: the control plane finds it stopped.
leave_without_agent() {
  note 'the agent was killed'
  kind_end_processes
  printf 'stop\n' >&6
  signal_groups KILL
  kind_save || true
  power_off
  exit 1
}
