# ---- the folders -----------------------------------------------------------------------------------------------------
# Where the agent is, and where its files are. shutdown.sh finds them here as well.

# Google documents the product name as the sign of Compute Engine. Only there may the agent change the system. A user's computer
# may be a VM of Compute Engine itself: the local cloud marks its own VMs, which are processes on it.
detect_vm() {
  local product=''
  if [ -r /sys/class/dmi/id/product_name ]; then read -r product </sys/class/dmi/id/product_name || true; fi
  if [ "$product" = 'Google Compute Engine' ] && [ -z "${MYMLOPS_VM:-}" ]; then
    on_gce=true
    export HOME=/root
  fi
}

# Sets `work` and `private`. On Compute Engine the private folder is in memory, so that no token and no marker outlives a boot.
find_folders() {
  work="$HOME/.mymlops"
  if $on_gce; then private=/run/mymlops; else private="$work/private"; fi
}
