# ---- repair ----------------------------------------------------------------------------------------------------------
# What a command may have broken around itself, and what is done where it ended the agent.

# Puts back what the agent needs, after a command that deleted its home, took rights away or filled the disk.
mend_home() {
  rm -f "$work/reserve"
  local folder
  for folder in "$HOME" "$work" "$private"; do
    if ! { mkdir -p "$folder" && chmod u+rwx "$folder"; }; then note "cannot be mended: $folder"; fi
  done
  mend_log
  kind_repair
  if [ ! -f "$private/settings" ]; then write_settings; fi
}

# The log is read on through the descriptor on which it was opened at first, whatever has become of its name.
mend_log() {
  if [ "$log" -ef /dev/fd/9 ] && [ ! -L "$log" ]; then return 0; fi
  rm -rf "$log"
  cat <&9 >"$log"
  exec 9<"$log"
}

# Room that a full disk still has for what is to be said at the end.
keep_reserve() {
  head -c "$RESERVE_BYTES" /dev/zero >"$work/reserve" || note 'the disk is full already'
}

# Was the agent's main process ended? Processes that merely watch must not go on as if all were well.
is_orphaned() {
  ! kill -0 "$$" 2>/dev/null
}

# Ended by force, by the command itself or a system out of memory: nobody is left who could publish. What there is of
# log and notebook is saved, and the machine goes off, so that the control plane finds it stopped.
leave_orphaned() {
  note 'the agent was ended by force'
  printf 'stop\n' >&4
  printf 'stop\n' >&6
  signal_groups KILL
  kind_save || true
  power_off
  exit 1
}
