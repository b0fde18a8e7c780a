# ---- scrubbing -------------------------------------------------------------------------------------------------------
# Takes keys, logs, histories and identities off a disk that becomes an image: each VM that boots it makes its own. What a setup
# has installed stays.

# Scrubs the disk whose root is the folder $1. Fails with scrub_left where something could not be removed. May be called again.
# `/` is the disk of this computer, which is scrubbed nowhere but on Compute Engine.
scrub() {
  local home
  if [ "$1" -ef / ] && ! $on_gce; then die 'this is not a VM of Compute Engine: its disk is not scrubbed'; fi
  scrub_root=${1%/} scrub_left=''
  while IFS= read -r home; do
    scrub_home "$scrub_root$home"
  done < <(list_homes)
  scrub_keys
  scrub_identities
  scrub_traces
  [ -z "$scrub_left" ]
}

# Prints the homes of all users, each with a / before it and none after it.
list_homes() {
  local line home
  printf '/root\n'
  for home in "$scrub_root"/home/*; do printf '%s\n' "${home#"$scrub_root"}"; done
  if [ ! -f "$scrub_root/etc/passwd" ]; then return 0; fi
  while IFS= read -r line; do # passwd(5): the home is the last field but one
    home=${line%:*}
    home=${home##*:}
    if [ "${home:0:1}" = / ]; then printf '%s\n' "${home%/}"; fi
  done <"$scrub_root/etc/passwd"
}

scrub_home() {
  if [ ! -d "$1/" ]; then return 0; fi
  empty_folder "$1/.ssh" config
  # Histories.
  remove_all "$1" '.*_history' .history .zhistory .lesshst .viminfo .wget-hsts .dbshell .Rhistory .sudo_as_admin_successful \
    '.ipython/profile_*/history.sqlite*' .local/share/fish/fish_history .local/share/nano/search_history \
    .local/state/lesshst .local/state/python_history '.julia/logs/*' .local/share/jupyter/runtime
  # Keys of services.
  remove_all "$1" .git-credentials .config/git/credentials .netrc _netrc .config/gcloud .boto .gsutil \
    .docker/config.json .config/containers/auth.json .kube .aws .azure .oci .s3cfg .config/rclone .mc/config.json \
    .kaggle .config/kaggle .huggingface .cache/huggingface/token .cache/huggingface/stored_tokens .config/wandb \
    .pypirc .npmrc .yarnrc.yml '.cargo/credentials*' .gem/credentials .config/gh .terraform.d/credentials.tfrc.json \
    .databrickscfg .vault-token .pgpass .my.cnf .gnupg .Xauthority .config/op .config/sops
  remove_if_password "$1/.pip/pip.conf"
  remove_if_password "$1/.config/pip/pip.conf"
  remove_if_password "$1/.condarc"
  strip_git "$1/.gitconfig"
  strip_git "$1/.config/git/config"
  remove_all "$1" .cache/pip .local/share/Trash
}

scrub_keys() {
  remove_all "$scrub_root" 'etc/ssh/ssh_host_*' etc/ssh/authorized_keys etc/ssh/authorized_keys.d \
    etc/apt/auth.conf 'etc/apt/auth.conf.d/*' var/lib/systemd/credential.secret var/lib/NetworkManager/secret_key
  remove_if_password "$scrub_root/etc/pip.conf"
  strip_git "$scrub_root/etc/gitconfig"
}

# An empty file gets a new id at the next boot, and an absent one makes that a first boot (systemd.io/BOOTING). Google's guest agent makes
# new host keys, and cloud-init does all that it does once, where the id that either has noted is not the VM's.
# https://github.com/GoogleCloudPlatform/guest-agent#instance-setup
scrub_identities() {
  empty_file "$scrub_root/etc/machine-id"
  if [ ! -L "$scrub_root/var/lib/dbus/machine-id" ]; then remove_path "$scrub_root/var/lib/dbus/machine-id"; fi
  remove_all "$scrub_root" etc/google_instance_id etc/instance_id var/lib/systemd/random-seed var/lib/urandom/random-seed \
    boot/loader/random-seed boot/efi/loader/random-seed 'var/lib/dhcp/*' 'var/lib/dhclient/*' 'var/lib/NetworkManager/*lease*'
  remove_lines "$scrub_root/etc/default/instance_configs.cfg" '^[[:space:]]*instance_id[[:space:]]*='
  empty_folder "$scrub_root/var/lib/cloud" seed
}

# Logs, temporary files, what apt has fetched, and the agent's own.
scrub_traces() {
  empty_folder "$scrub_root/var/log/journal"
  remove_files "$scrub_root/var/log"
  empty_folder "$scrub_root/var/lib/systemd/coredump"
  empty_folder "$scrub_root/var/crash"
  empty_folder "$scrub_root/var/mail"
  empty_folder "$scrub_root/var/spool/mail"
  empty_folder "$scrub_root/var/tmp"
  empty_folder "$scrub_root/tmp"
  empty_folder "$scrub_root/var/lib/apt/lists"
  remove_all "$scrub_root" 'var/cache/apt/*.bin' 'var/lib/sudo/ts/*'
  empty_folder "$scrub_root/var/cache/apt/archives"
  remove_all "$scrub_root" etc/needrestart/conf.d/mymlops.conf root/.mymlops root/repo
}
