# ---- the machine -----------------------------------------------------------------------------------------------------
# What this machine is, folders, tools, power.

# Google documents the product name as the sign of Compute Engine; only there the machine is ours to change.
detect_machine() {
  local product=''
  if [ -r /sys/class/dmi/id/product_name ]; then read -r product </sys/class/dmi/id/product_name || true; fi
  if [ "$product" = 'Google Compute Engine' ]; then
    on_gce=true
    export HOME=/root
  fi
}

# Private folder: in memory on Compute Engine, so that a token or a marker never outlives a boot. Bulk lies in HOME, which
# is no place to stand in: a command may delete it.
make_folders() {
  cd /
  user_umask=$(umask)
  user_lc_all=${LC_ALL-}
  export LC_ALL=C # bytes, and git's messages as they are searched below
  umask 077
  work="$HOME/.mymlops" repo="$HOME/repo"
  if $on_gce; then private=/run/mymlops; else private="$work/private"; fi
  rm -rf "$work" "$private"
  mkdir -p "$work" "$private"
  log="$work/log.txt"
  : >"$log"
  exec 9<"$log"
  exec >>"$private/agent.log" 2>&1 </dev/null # a long line into the startup script's pipe would kill us
  mkfifo "$private/reporter" "$private/side" "$private/never" "$private/watchdog" "$private/led"
  # Open for both ways: no open waits for the other end, and a write never meets a closed pipe.
  exec 3<>"$private/reporter" 4<>"$private/side" 5<>"$private/never" 6<>"$private/watchdog" 8<>"$private/led"
}

# Installs what is missing, on Compute Engine only.
require_tools() {
  if command -v curl >/dev/null && command -v git >/dev/null; then return; fi
  if ! $on_gce; then
    note 'curl and git are needed here; installing them is skipped: this is not a Compute Engine machine'
    return
  fi
  local try
  for try in 1 2 3 4 5; do
    if apt-get -qq -o DPkg::Lock::Timeout=120 update &&
      DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=120 install git curl ca-certificates; then
      return
    fi
    pause "$((try * 2))"
  done
}

power_off() {
  if $on_gce; then
    shutdown -h now || poweroff
  else
    note 'power-off is skipped: this is not a Compute Engine machine'
  fi
}

# Compute Engine's boot id tells a reboot from a restart of the script; elsewhere each start is a boot of its own.
set_boot_id() {
  if $on_gce; then
    read -r boot </proc/sys/kernel/random/boot_id
  elif [ -r /proc/sys/kernel/random/uuid ]; then
    read -r boot </proc/sys/kernel/random/uuid
  else
    boot=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  fi
}
