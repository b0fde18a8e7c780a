# ---- the disk --------------------------------------------------------------------------------------------------------
# From the end of the setup to a disk that is scrubbed, and that takes no write until the VM is off.

readonly DISK=/

# Elsewhere than on Compute Engine the VM has no disk of its own: the user's computer is left as it is.
phase_scrub() {
  enter_phase scrub
  if $on_gce; then scrub_disk; else note 'scrubbing is skipped: this is not a Compute Engine VM'; fi
  : >"$private/complete" # nothing is left for shutdown.sh
  state_scrubbed=true
}

scrub_disk() {
  quiet_system
  if command -v cloud-init >/dev/null; then cloud-init clean --logs || note 'cloud-init could not be cleaned'; fi
  : >"$log" # others have it open: without content it leaves nothing where the disk is free
  if ! scrub "$DISK"; then die "the disk could not be scrubbed:$scrub_left"; fi
  free_blocks
  make_read_only
}

# The writers of logs end first. The one of systemd may come back for a moment, with its logs in memory.
quiet_system() {
  journalctl --relinquish-var || note 'the journal stays on the disk'
  systemctl stop syslog.socket rsyslog.service || true # not every image has it
  systemctl stop systemd-journald-audit.socket systemd-journald-dev-log.socket systemd-journald.socket \
    systemd-journald.service || note 'journald could not be stopped'
}

# The content of removed files is on the disk until its blocks are given back.
free_blocks() {
  sync
  fstrim -a || true # says nothing of a disk that takes none back
  fstrim "$DISK" || note 'the free blocks could not be given back: removed files may be found in them'
}

# Services would write again when they end: a seed, a log, a lease. proc(5), sysrq: u makes all disks read-only, after what is not
# written yet.
make_read_only() {
  begin_tries "$READ_ONLY_SECONDS"
  sync
  printf 'u\n' >/proc/sysrq-trigger
  while [ -w "$DISK" ]; do
    if ! next_try; then die 'the disk could not be made read-only after it was scrubbed'; fi
  done
}
