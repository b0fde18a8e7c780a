# ---- the deploy key --------------------------------------------------------------------------------------------------
# The key that may push to the output repository, from Secret Manager. It is in memory, and where the system shows the open
# files of a process it has no name there: nothing is left of it however the agent ends.

key_folder=''

# Public keys of hosts, from https://docs.github.com/authentication/keeping-your-account-and-data-secure/githubs-ssh-key-fingerprints,
# https://docs.gitlab.com/user/gitlab_com/#ssh-known_hosts-entries and https://bitbucket.org/site/ssh.
readonly KNOWN_HOSTS='github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl
github.com ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBEmKSENjQEezOmxkZMy7opKgwFB9nkt5YRrYMjNuG5N87uRgg6CLrbo5wAdT/y6v0mKV0U2w0WZ2YB/++Tpockg=
gitlab.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAfuCHKVTjquxvt6CM6tdG4SLp1Btn/nOeHHE5UOzRdf
gitlab.com ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBFSMqzJeV9rUzU4kWitGjeR4PWSa29SPqJ1fVkhtj3Hw9xjLVXVYrU9QlYWrOLXBpQ6KWjbjTDTdDkoohFzgbEY=
bitbucket.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIazEu89wgQZ4bqs3d63QSMzYVa0MuJ2e2gKTKqu+UUO
bitbucket.org ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBPIQmuzMBuKdWeF4+a2sjSSpBK0iqitSQ+5BM9KhpexuGt20JpTVM7u5BDZngncgrqDMbWdxMWWOGtZ9UgbqgZE='

# Reads the deploy key if the run names one. Fails with the cause in REPLY.
open_key() {
  if [ -z "$meta_output_key" ]; then return 0; fi
  hide_core
  begin_tries "$SECRET_SECONDS"
  until fetch_secret "$meta_output_key"; do
    if is_secret_settled || ! next_try; then
      explain_key
      return 1
    fi
  done
  key_folder="$private/key"
  if ! $on_gce && [ -d /dev/shm ] && [ -w /dev/shm ]; then key_folder="/dev/shm/mymlops-$boot"; fi
  if ! { mkdir -m 700 "$key_folder" && printf '%s\n' "$REPLY" >"$key_folder/key"; }; then
    close_key
    REPLY='The deploy key could not be kept in memory.'
    return 1
  fi
  REPLY=''
  key_file="$key_folder/key"
  if [ -e "/proc/$$/fd/0" ]; then
    exec 7<"$key_file"
    rm -rf "$key_folder"
    key_file="/proc/$$/fd/7" key_folder=''
  fi
  { printf '%s\n' "$KNOWN_HOSTS" && printf '%s' "$meta_output_known_hosts_64" | decode64; } >"$private/known_hosts"
}

# REPLY: why the key cannot be read, and what to do.
explain_key() {
  case $secret_code in
    404) REPLY='The deploy key is no longer stored. Commit again where the file of output_repository.deploy_key is.' ;;
    *)
      explain_secret "$meta_output_key"
      REPLY="The deploy key cannot be read. $REPLY"
      ;;
  esac
}

# Adds to `problem` what to do about a host whose key is not known, or is another.
explain_host_key() {
  case $problem in
    *'Host key verification failed'*)
      problem="${problem%.}. Its host must be in output_repository.known_hosts with the key that it has: compare what"
      problem="$problem ssh-keyscan prints with what the host's owner says."
      ;;
  esac
}

close_key() {
  exec 7<&-
  if [ -n "$key_folder" ]; then rm -rf "$key_folder"; fi
  key_file='' key_folder=''
}

kind_leave() {
  close_key
}
