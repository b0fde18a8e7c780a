# ---- an instance: what is known --------------------------------------------------------------------------------------
# An interactive instance: the project and its setup at the first boot; start command and services at every boot, until the VM
# is switched off. Its disk outlives that.

kept=''                 # the folder with what must outlive a boot
bind=''                 # the address on which services listen
services_said=''        # the state of all services, in JSON, as it was reported last
judge='' poller=''      # the agent's processes that find out whether the instance is in use, and listen to the control plane
sender=''               # the one that sends the log, and looks for the fence
bundle_fetch='' is_late=false late_at=0
token_name=''           # the variable in which the service that is being started gets the token
MYMLOPS_PORT=''
service_names=() service_ports=() service_paths=() service_token_names=() service_commands=()
service_groups=() service_states=() service_restarts=() service_begun=() service_due=() service_backoffs=()
service_probes=() service_misses=() service_answered=()
helper_names="$helper_names judge poller sender bundle_fetch"

keys="$keys instance uid vm idle_seconds soft_stop_seconds services_64 source_object source_commit"
keys="$keys repository_url_64 repository_branch_64 setup_64 setup_secrets start_64 env_64 secrets"
required_keys="$required_keys instance uid vm"
meta_instance='' meta_uid='' meta_vm='' meta_idle_seconds='' meta_soft_stop_seconds='' meta_services_64=''
meta_source_object='' meta_source_commit='' meta_repository_url_64='' meta_repository_branch_64='' meta_setup_64=''
meta_setup_secrets='' meta_start_64='' meta_env_64='' meta_secrets=''
settings_names="$settings_names kept"

readonly UNLIMITED_SECONDS=31536000  # a year: the VM's own time limit is nearer
readonly LATE_SECONDS=1200           # a first boot, start command or service that takes longer is reported
readonly PROBE_SECONDS=15            # between two looks at a service that has answered
readonly PROBE_LIMIT_SECONDS=5       # how long it may take to answer
readonly MOST_MISSES=3               # so often in a row it has not answered: it is down
readonly MOST_BACKOFF_SECONDS=60     # between two starts of a service that ends at once
readonly STEADY_SECONDS=300          # a service that has run for so long is started again at once
readonly STOP_SECONDS=10             # how long services may take to end, as the VM goes down

# Reads the metadata of an instance's VM.
read_instance_metadata() {
  read_metadata
  number_or meta_idle_seconds 3600
  number_or meta_soft_stop_seconds 86400
  prefix="instances/$meta_instance/$meta_uid/vms/$meta_vm/"
  owner="\"attempt\":$meta_vm,\"instance\":\"$meta_instance\",\"uid\":\"$meta_uid\""
  audience="instance/$meta_instance"
  ready_reason='setup-failed'
  if [ -n "$meta_env_64" ]; then has_variables=true; fi
  find_address
}

# Sets bind: the address of the VM's first network interface. Tunnels through IAP come from outside, so a service that listens on
# 127.0.0.1 is not reached. https://cloud.google.com/iap/docs/using-tcp-forwarding Elsewhere the VM may have no address of its own.
find_address() {
  local try=0
  if ! $on_gce; then
    bind=$(metadata_curl --max-time 10 "$METADATA/network-interfaces/0/ip" 2>/dev/null) || bind=127.0.0.1
    return 0
  fi
  until bind=$(metadata_curl --max-time 10 "$METADATA/network-interfaces/0/ip"); do
    try=$((try + 1))
    if [ "$try" -ge 30 ]; then die 'the metadata server does not say the address of the VM'; fi
    pause 2
  done
}
