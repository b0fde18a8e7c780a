# ---- a build: what is known ------------------------------------------------------------------------------------------
# The build of an image: the setup on this VM's disk, then the scrubbing of the disk, from which the image is made.

state_scrubbed=''
side=''                 # the side loop, which reads descriptor 4
log_sent_at='' log_sent_size='' # of the side loop: when it sent the log last, and its size then
helper_names="$helper_names side"

keys="$keys build attempt setup_64 setup_seconds setup_secrets"
required_keys="$required_keys build attempt setup_64"
meta_build='' meta_attempt='' meta_setup_64='' meta_setup_seconds='' meta_setup_secrets=''

readonly LOG_SECONDS=300         # how long the last upload of the log is tried
readonly READ_ONLY_SECONDS=60    # how long the disk may take to become one that takes no writes

# Reads the metadata of a build's VM.
read_build_metadata() {
  read_metadata
  number_or meta_setup_seconds 7200
  prefix="images/$meta_build/attempts/$meta_attempt/"
  owner="\"build\":\"$meta_build\",\"attempt\":$meta_attempt"
  audience="image/$meta_build"
  ready_reason='setup-failed'
}
