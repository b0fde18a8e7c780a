# ---- what is known ---------------------------------------------------------------------------------------------------
# Variables and constants of the agent; shutdown.sh has them as well.

error_line='' error_command='' error_message=''
quiet=false           # leave without a report: the claim was refused, the VM is fenced or going down
finished=false        # all work is done, and the EXIT trap only powers off
on_gce=false
who=main              # the agent's process that runs this: each has its own files for transfers
seconds=0 elapsed=0 elapsed_at=0 clock='' clock_said='' clock_repeats=0
token='' token_from=0 token_until=0 identity='' identity_from=0 identity_until=0 transfers='' transfer_count=0
transfer_files=() refusal=''
group='' kept_group='' reporter='' watchdog=''
helper_names='clock reporter watchdog' # variables that hold the agent's other processes, which end with it; a kind adds its own
vm_id='' vm_image='' boot='' now=''
private='' work='' repo='' log=''
failure_reason='' failure_message='' timed_out=false
has_variables=false   # whether kind_variables prints any
state_phase='' state_phases='' state_failure=''
tries=0 tries_end=0
transfer_limits=$'connect-timeout = 10\nspeed-limit = 1\nspeed-time = 60' # lines of configuration for curl
deletion_wait_seconds=900 # a VM that nobody deletes powers itself off after this

# Set by the kind once it has read the metadata.
prefix=''             # the start of the names of all objects that this VM may write
owner=''              # JSON fields of a report: the run or instance that the VM belongs to
audience=''           # the audience of the identity tokens
ready_reason=internal # the reason of a failure if ready_command does not succeed

# Keys of the metadata; a kind adds its own.
keys='project deployment results_bucket live_bucket events_topic storage_url pubsub_url heartbeat_seconds ready_64'
keys="$keys progress_seconds secrets_url environment_64 decided_at time_limit_seconds"
required_keys='project results_bucket live_bucket events_topic storage_url pubsub_url'
meta_project='' meta_deployment='' meta_secrets_url='' meta_results_bucket='' meta_live_bucket='' meta_events_topic='' meta_storage_url='' meta_pubsub_url=''
meta_heartbeat_seconds='' meta_progress_seconds='' meta_ready_64='' meta_environment_64='' meta_decided_at='' meta_time_limit_seconds=''

# Variables that shutdown.sh needs; a kind adds its own.
settings_names='meta_project meta_results_bucket meta_live_bucket meta_events_topic meta_storage_url meta_pubsub_url'
settings_names="$settings_names audience owner boot prefix log"

readonly METADATA="http://${GCE_METADATA_HOST:-metadata.google.internal}/computeMetadata/v1/instance"
readonly IDENTITY_SECONDS=1800       # an identity token is fetched again after this
readonly IDENTITY_PART_LENGTH=1000   # Pub/Sub takes 1,024 bytes an attribute
readonly TERM_GRACE_SECONDS=30       # between TERM and KILL at the time limit
readonly REPEAT_SECONDS=30           # between two repeats of the last report
readonly STALE_SECONDS=1800          # a VM does nothing if the decision to create it is older than this
readonly BOOT_SECONDS=300            # how long the claim, and what else boot takes from the bucket, are tried
readonly READY_SECONDS=300           # how long ready_command is tried
readonly READY_PAUSE_SECONDS=10
readonly TIME_LIMIT_SECONDS=7200      # a VM whose time limit is nearer than this waits for it
readonly TIME_LIMIT_GRACE_SECONDS=600 # how long it waits for Google to end it then
readonly PYTHON=/opt/mymlops/python  # the Python environment where pip may not be used
readonly RESERVE_BYTES=16777216
readonly UPLOAD_STEP_BYTES=4000000   # a file that grows waits meta_progress_seconds more for each of these before it is sent again
readonly MOST_UPLOAD_STEPS=20
readonly IMAGE_NAME_LENGTH=300       # a report takes no longer name of an image
readonly NEWLINE=$'\n'
readonly FENCED_OBJECT=fenced        # the control plane creates it under the prefix
