#!/usr/bin/env bash
# Builds the disk of the real VM (test/real-vm/): Debian 12 with its cloud kernel and Google's guest agent, and in it a
# repository of packages from which the guest's apt installs without a network. As Google's images it has python3, but
# neither git nor pip.
#
#   scripts/real-vm-image.sh          prints the folder with disk.raw, vmlinuz and initrd.img
#
# The folder is named by the content from which it is made, and built where there is none. Needs root, Debian 12's package
# sources on this machine, and mmdebstrap and e2fsprogs.
set -Eeuo pipefail
here=$(cd "$(dirname "$0")" && pwd)
guest="$here/../test/real-vm/guest"

# What Google's images have, as far as it matters here.
included=systemd-sysv,linux-image-cloud-amd64,google-guest-agent,curl,ca-certificates
included=$included,iproute2,udev,dbus,procps,python3,openssh-client,initramfs-tools,zstd
# What runs install, or have installed again.
cached=(git python3-venv google-guest-agent needrestart)

# The hook of mmdebstrap: fills the repository of the system in $1.
if [ "${1:-}" = --fill ]; then
  export APT_CONFIG=$MMDEBSTRAP_APT_CONFIG
  apt-get -qq -y --no-install-recommends --download-only install "${cached[@]}"
  apt-get -qq -y --no-install-recommends --download-only --reinstall install google-guest-agent
  packages="$2/var/lib/packages"
  mkdir "$packages"
  mv "$2"/var/cache/apt/archives/*.deb "$packages"
  for file in "$packages"/*.deb; do
    dpkg-deb -f "$file"
    printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "${file##*/}" "$(wc -c <"$file")" "$(sha256sum "$file" | cut -d ' ' -f 1)"
  done >"$packages/Packages"
  exit 0
fi

# Files whose changes make another image.
content=$(cd "$here" && find "$(basename "$0")" ../test/real-vm/guest -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum)
cache="${MYMLOPS_CACHE:-$HOME/.cache/mymlops}/real-vm"
image="$cache/${content:0:16}"
if [ -f "$image/disk.raw" ]; then
  echo "$image"
  exit 0
fi

mkdir -p "$cache"
work=$(mktemp -d "$cache/building-XXXXXX")
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"

# This computer's own sources and settings of apt.
apt-config dump Acquire >"$work/apt.conf"
sources=()
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
  if [ -f "$file" ] && grep -q bookworm "$file"; then sources+=("$file"); fi
done
if [ ${#sources[@]} -eq 0 ]; then
  echo "no package sources of Debian 12 (bookworm) in /etc/apt" >&2
  exit 1
fi

{
  mmdebstrap --quiet --mode=root --variant=minbase --include="$included" --aptopt="$work/apt.conf" \
    --essential-hook="mkdir -p \"\$1/etc/initramfs-tools\"" \
    --essential-hook="cp -a '$guest/etc/initramfs-tools/.' \"\$1/etc/initramfs-tools/\"" \
    --customize-hook="'$here/$(basename "$0")' --fill \"\$1\"" \
    bookworm "$work/root" "${sources[@]}"

  root="$work/root"
  rm -rf "$root"/etc/apt/sources.list "$root"/etc/apt/sources.list.d/* "$root"/etc/apt/apt.conf.d/*mmdebstrap
  cp -a --no-preserve=ownership "$guest/." "$root/"
  rm -f "$root/etc/machine-id" "$root/var/lib/dbus/machine-id"
  : >"$root/etc/machine-id"
  chroot "$root" systemctl -q enable real-vm-gate.service systemd-networkd.service systemd-networkd-wait-online.service
  # What no test needs takes a third of the time to boot.
  chroot "$root" systemctl -q mask e2scrub_reap.service e2scrub_all.timer getty@tty1.service systemd-pstore.service \
    dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-fs-fuse-connections.mount \
    modprobe@configfs.service modprobe@dm_mod.service modprobe@drm.service modprobe@efi_pstore.service \
    modprobe@fuse.service modprobe@loop.service
  cp "$root"/boot/vmlinuz-* "$work/vmlinuz"
  cp "$root"/boot/initrd.img-* "$work/initrd.img"
  mke2fs -q -t ext4 -L root -d "$root" "$work/new.raw" 3G
} >&2

rm -rf "$root" "$work/apt.conf"
mv "$work/new.raw" "$work/disk.raw"
chmod 700 "$work"
mv -T "$work" "$image" 2>/dev/null || [ -f "$image/disk.raw" ] # another build may have been faster
echo "$image"
