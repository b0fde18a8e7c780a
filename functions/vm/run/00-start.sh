# ---- a run: what is known --------------------------------------------------------------------------------------------
# One attempt of a run on its VM: source, setup, command, results to the bucket, results to the output repository.

claimed=false outcome_written=false boot_at=''
notebook='' notebook_name='' notebook_path='' notebook_folder='' params=''
command_ran=false command_exit=0 last_line_64='' started_at='' finished_at=''
params_watched=false params_lost=false # whether an access to the file with the parameters shows; whether a command took it away
params_read=''         # true, false, or empty where it is not known
state_command='' state_outcome='' state_publication=''
push_ends=0
sources=() names=() pending=() parallel_options=() upload_errors=() unsteady=() hashed=() shas=() md5s=() sizes=()
done_sources=() done_names=() done_sizes=() done_hashes=()
saver='' uploader='' checkpoints='' want_shas=() want_sizes=()
output_url='' output_branch='' output_hash='' tip='' tip_known=false commit='' superseded=false last_git_error=''
bundle_fetch=''
helper_names="$helper_names bundle_fetch"

keys="$keys run attempt source_object source_commit notebook_64 command_64 params_64 max_run_seconds keep_seconds artifacts"
keys="$keys progress_seconds setup_seconds setup_64 output_url_64 output_branch_64 output_safe author_name_64"
keys="$keys author_email_64 checkpoint_64"
required_keys="$required_keys run attempt source_object source_commit notebook_64 command_64"
meta_run='' meta_attempt='' meta_source_object='' meta_source_commit='' meta_notebook_64='' meta_command_64=''
meta_params_64='' meta_max_run_seconds='' meta_keep_seconds='' meta_artifacts='' meta_progress_seconds=''
meta_setup_seconds='' meta_setup_64='' meta_output_url_64='' meta_output_branch_64='' meta_output_safe=''
meta_author_name_64='' meta_author_email_64='' meta_checkpoint_64=''
settings_names="$settings_names notebook_name notebook_path"

readonly VERDICT_SECONDS=900
readonly BOOT_SECONDS=300            # tries at the claim and at the snapshot
readonly CHECKPOINT_FILES=1000
readonly CHECKPOINT_BYTES=21474836480
readonly CHECKPOINT_COPY_BYTES=1073741824 # a larger file is sent without a copy
readonly RESTORE_SECONDS=60
readonly UPLOAD_SECONDS=600          # tries at the results; a VM has 900 s to publish
readonly OUTCOME_SECONDS=900
readonly PUSH_SECONDS=600            # all that is said to the output repository
readonly PUSH_TRIES=20
readonly POINTER_BYTES=52428800      # git hosts refuse files somewhat above this
readonly UNREADABLE='The file is gone or cannot be read.'

# What any VM's agent has read, and what only a run's needs.
read_run_metadata() {
  read_metadata
  number_or meta_max_run_seconds 86400
  number_or meta_setup_seconds 1800
  number_or meta_keep_seconds 0 0
  number_or meta_progress_seconds 30
  if [ "$meta_keep_seconds" -gt "$deletion_wait_seconds" ]; then deletion_wait_seconds=$meta_keep_seconds; fi
  prefix="runs/$meta_run/attempts/$meta_attempt/"
  owner="\"run\":\"$meta_run\",\"attempt\":$meta_attempt"
  audience=$meta_run
}
