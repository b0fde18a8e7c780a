# ---- the VM ----------------------------------------------------------------------------------------------------------
# Its folders, tools and power.

# Google's guest agent starts the startup script once more in the same boot where its package is installed anew. The second
# agent must not touch what the first one uses. The mark is in memory: no boot finds that of another one.
leave_if_started_again() {
  if ! $on_gce || mkdir /run/mymlops-agent 2>/dev/null || [ ! -d /run/mymlops-agent ]; then return 0; fi
  note 'the startup script was started again in the same boot: nothing to do'
  trap - EXIT
  exit 0
}

# Makes the agent's folders. Large files are in HOME. The working folder is / because a command may delete HOME.
make_folders() {
  cd /
  user_umask=$(umask)
  user_core=$(ulimit -S -c)
  user_lc_all=${LC_ALL-}
  export LC_ALL=C # texts are bytes, and git's messages are in English, in which they are searched
  umask 077
  find_folders
  repo="$HOME/repo"
  remove_any "$work" "$private"
  mkdir -p "$work" "$private"
  log="$work/log.txt"
  : >"$log"
  exec 9<"$log"
  exec >>"$private/agent.log" 2>&1 </dev/null # a long line into the startup script's pipe would kill the agent
  mkfifo "$private/reporter" "$private/kind" "$private/never" "$private/watchdog" "$private/led"
  # 4 is for a process of the kind. Each is opened for reading and writing: no open waits for the other end, and no write
  # meets a pipe without a reader.
  exec 3<>"$private/reporter" 4<>"$private/kind" 5<>"$private/never" 6<>"$private/watchdog" 8<>"$private/led"
}

power_off() {
  if $on_gce; then
    shutdown -h now || poweroff
  else
    note 'power-off is skipped: this is not a Compute Engine VM'
  fi
}

# On Compute Engine the system's boot id distinguishes a reboot from a second start of the script. Elsewhere each start counts
# as a boot.
set_boot_id() {
  if $on_gce; then
    read -r boot </proc/sys/kernel/random/boot_id
  elif [ -r /proc/sys/kernel/random/uuid ]; then
    read -r boot </proc/sys/kernel/random/uuid
  else
    boot=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  fi
}
