#!/bin/bash
# Runs one attempt of a run on its VM: source, setup, command, results to the bucket, results to the output repository.
# Static: every value comes from instance metadata. Needs bash 3.2, curl, git and POSIX tools; no jq, python or gcloud.
# Answers of a function come back in REPLY: a command substitution would cost a process each.
# The build puts common/ and run/ together, in the order of their names (scripts/agent.mjs).
set -Eeuo pipefail
trap 'on_exit "$?"' EXIT
trap 'error_line=$LINENO error_command=$BASH_COMMAND' ERR
trap 'leave_for_signal' TERM INT HUP

# ---- what is known ---------------------------------------------------------------------------------------------------

error_line='' error_command='' error_message=''
quiet=false           # leave without a word: claim refused, attempt closed, machine going down
finished=false        # everything due was done; nothing is left for the EXIT trap but to power off
outcome_written=false
on_gce=false
who=main              # which process of the agent this is: each keeps its own transfer files
token='' token_until=0 identity='' identity_until=0 transfers='' transfer_count=0
group='' setup_group='' reporter='' side='' watchdog='' bundle_fetch=''
instance='' boot='' prefix='' now=''
private='' work='' repo='' log='' notebook='' notebook_name='' notebook_path='' notebook_folder='' params=''
failure_reason='' failure_message='' command_ran=false command_exit=0 timed_out=false last_line_64=''
started_at='' finished_at=''
params_watched=false params_lost=false # whether an access to the file with the parameters shows; whether a command took it away
params_read=''         # true, false, or empty where it is not known
state_phase='' state_phases='' state_command='' state_failure='' state_outcome='' state_publication=''
tries=0 tries_end=0 push_ends=0
sources=() names=() pending=() parallel_options=() upload_errors=() unsteady=() hashed=() shas=() md5s=() sizes=()
done_sources=() done_names=() done_sizes=() done_hashes=()
saver='' uploader='' checkpoints='' want_shas=() want_sizes=()
output_url='' output_branch='' output_hash='' tip='' tip_known=false commit='' superseded=false last_git_error=''

readonly KEYS='project deployment run attempt bucket events_topic storage_url pubsub_url source_object source_commit
notebook_64 command_64 params_64 max_run_seconds keep_seconds artifacts heartbeat_seconds progress_seconds
setup_seconds setup_64 ready_64 environment_64 output_url_64 output_branch_64 output_safe author_name_64 author_email_64 decided_at checkpoint_64'
meta_project='' meta_run='' meta_attempt='' meta_bucket='' meta_events_topic='' meta_storage_url='' meta_pubsub_url=''
meta_source_object='' meta_source_commit='' meta_notebook_64='' meta_command_64='' meta_params_64=''
meta_max_run_seconds='' meta_keep_seconds='' meta_artifacts='' meta_heartbeat_seconds='' meta_progress_seconds=''
meta_setup_seconds='' meta_setup_64='' meta_ready_64='' meta_environment_64='' meta_output_url_64='' meta_output_branch_64=''
meta_output_safe='' meta_author_name_64='' meta_author_email_64='' meta_decided_at='' meta_checkpoint_64=''

readonly METADATA="http://${GCE_METADATA_HOST:-metadata.google.internal}/computeMetadata/v1/instance"
readonly IDENTITY_SECONDS=1800       # an identity token is fetched again after this
readonly IDENTITY_PART_LENGTH=1000   # Pub/Sub takes 1,024 bytes an attribute
readonly TERM_GRACE_SECONDS=30       # between TERM and KILL at the time limit
readonly LINGER_SECONDS=900          # power-off as the second line behind deletion
readonly REPEAT_SECONDS=30           # between two repeats of the last report
readonly VERDICT_SECONDS=900
readonly BOOT_SECONDS=300            # tries at the claim and at the snapshot
readonly STALE_SECONDS=1800          # an attempt that was decided longer ago than this is not begun
readonly CHECKPOINT_FILES=1000
readonly CHECKPOINT_BYTES=21474836480
readonly CHECKPOINT_COPY_BYTES=1073741824 # a larger file is sent without a copy
readonly RESTORE_SECONDS=60
readonly READY_SECONDS=300           # tries of ready_command
readonly READY_PAUSE_SECONDS=10
readonly UPLOAD_SECONDS=600          # tries at the results; a VM has 900 s to publish
readonly OUTCOME_SECONDS=900
readonly PUSH_SECONDS=600            # all that is said to the output repository
readonly PUSH_TRIES=20
readonly POINTER_BYTES=52428800      # git hosts refuse files somewhat above this
readonly RESERVE_BYTES=16777216
readonly NEWLINE=$'\n'
readonly UNREADABLE='The file is gone or cannot be read.'
