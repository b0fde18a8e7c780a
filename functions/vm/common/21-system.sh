# ---- the system ------------------------------------------------------------------------------------------------------
# What the agent changes in the system, and installs. On Compute Engine only.

# needrestart and apt's timers must leave the VM alone while it works. With a new version of its package Google's guest agent,
# for one, runs the scripts of startup and shutdown once more.
settle_system() {
  if ! $on_gce; then return 0; fi
  export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
  { mkdir -p /etc/needrestart/conf.d && printf '%snrconf{override_rc}{qr(^google-(shutdown|startup)-scripts\.service$)} = 0;\n' \
    '$' >/etc/needrestart/conf.d/mymlops.conf; } ||
    note 'needrestart could not be told to leave the scripts alone'
  systemctl --runtime --no-block mask --now apt-daily.timer apt-daily-upgrade.timer apt-daily.service \
    apt-daily-upgrade.service unattended-upgrades.service || note "apt's timers go on"
}

# Installs missing tools, and makes a Python environment where pip may not be used.
require_tools() {
  local packages='' python=kept
  if ! command -v git >/dev/null; then packages=git; fi
  if ! command -v curl >/dev/null; then packages="$packages curl ca-certificates"; fi
  if ! $on_gce; then
    if [ -n "$packages" ]; then note "needed here:$packages; installing is skipped: this is not a Compute Engine VM"; fi
    return 0
  fi
  if [ ! -x "$PYTHON/bin/pip" ] && ! may_use_pip; then
    python=new
    if ! can_make_python; then packages="$packages python3-venv"; fi
  fi
  # shellcheck disable=SC2086 # a list of names
  if [ -n "$packages" ]; then install_packages $packages; fi
  if [ "$python" = new ]; then make_python; fi
}

install_packages() {
  local try
  if ! command -v apt-get >/dev/null; then
    note "missing in this image: $*. There is no apt-get to install it with: make an image that has it"
    return 0
  fi
  for try in 1 2 3 4 5; do
    if apt-get -qq -o DPkg::Lock::Timeout=120 update && apt-get -qq -y -o DPkg::Lock::Timeout=120 install "$@"; then
      return 0
    fi
    note "not installed: $*"
    pause "$((try * 2))"
  done
}

# Whether pip is there and may install: the Python of Debian and Ubuntu refuses that (PEP 668).
may_use_pip() {
  command -v pip >/dev/null && command -v python3 >/dev/null &&
    python3 -c 'import os, sys, sysconfig
marker = os.path.join(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED")
sys.exit(sys.prefix == sys.base_prefix and os.path.exists(marker))'
}

# On Debian and Ubuntu a part of venv is a package of its own.
can_make_python() {
  command -v python3 >/dev/null && python3 -c 'import ensurepip, venv' 2>/dev/null
}

# It sees the packages of the image, too.
make_python() {
  note "making a Python environment in $PYTHON"
  python3 -m venv --system-site-packages "$PYTHON" || note 'the Python environment could not be made'
}

# For the user's shell, which systemd starts without them.
export_system() {
  export USER="${USER:-root}" LOGNAME="${LOGNAME:-root}" LANG="${LANG:-C.UTF-8}"
  if [ -x "$PYTHON/bin/pip" ]; then export PATH="$PYTHON/bin:$PATH" VIRTUAL_ENV="$PYTHON"; fi
}
