# ---- a run: what is known --------------------------------------------------------------------------------------------
# An attempt of a run: source, setup, command, results to the bucket, results to the output repository.

claimed=false outcome_written=false boot_at=''
notebook='' notebook_name='' notebook_path='' notebook_folder='' params=''
command_ran=false command_exit=0 last_line_64='' started_at='' finished_at=''
params_watched=false params_lost=false # whether the file system shows that the parameters were read; whether a command removed them
params_read=''         # true, false, or empty if it is not known
state_command='' state_outcome='' state_publication=''
push_ends=0
sources=() names=() pending=() parallel_options=() upload_errors=() unsteady=() hashed=() shas=() md5s=() sizes=()
done_sources=() done_names=() done_sizes=() done_hashes=()
checkpoint_uploader='' progress_uploader='' checkpoints='' mark_pause='' want_shas=() want_sizes=()
output_url='' output_branch='' output_hash='' tip='' tip_known=false commit='' superseded=false last_git_error=''
bundle_fetch=''
side=''                # the side loop, which reads descriptor 4
helper_names="$helper_names bundle_fetch side"

keys="$keys run attempt source_object source_commit notebook_64 command_64 params_64 max_run_seconds keep_seconds artifacts"
keys="$keys setup_seconds setup_64 output_url_64 output_branch_64 output_safe author_name_64"
keys="$keys author_email_64 checkpoint_64 env_64 secrets setup_secrets output_key output_known_hosts_64"
required_keys="$required_keys run attempt source_object source_commit notebook_64 command_64"
meta_run='' meta_attempt='' meta_source_object='' meta_source_commit='' meta_notebook_64='' meta_command_64=''
meta_params_64='' meta_max_run_seconds='' meta_keep_seconds='' meta_artifacts=''
meta_setup_seconds='' meta_setup_64='' meta_output_url_64='' meta_output_branch_64='' meta_output_safe=''
meta_author_name_64='' meta_author_email_64='' meta_checkpoint_64='' meta_env_64='' meta_secrets='' meta_setup_secrets='' meta_output_key='' meta_output_known_hosts_64=''
settings_names="$settings_names notebook_name notebook_path"

readonly RESULT_SECONDS=900          # how long the agent waits for the run's result
readonly RESULT_KEY=result            # of the line with the result in mymlops-control
readonly CHECKPOINT_FILES=1000
readonly CHECKPOINT_BYTES=21474836480
readonly CHECKPOINT_COPY_BYTES=1073741824 # a larger file is sent without copying it
readonly RESTORE_SECONDS=60
readonly UPLOAD_SECONDS=600          # how long results are tried; time-budget.ts has time for all of these
readonly OUTCOME_SECONDS=900
readonly PUSH_SECONDS=600            # for all calls to the output repository
readonly PUSH_TRIES=20
readonly POINTER_BYTES=50000000      # git hosts refuse much larger files; `publish` has the same limit
readonly UNREADABLE='The file is gone or cannot be read.'

# Reads the metadata of a run's VM.
read_run_metadata() {
  read_metadata
  number_or meta_max_run_seconds 86400
  number_or meta_setup_seconds 1800
  number_or meta_keep_seconds 0 0
  if [ "$meta_keep_seconds" -gt "$deletion_wait_seconds" ]; then deletion_wait_seconds=$meta_keep_seconds; fi
  prefix="runs/$meta_run/attempts/$meta_attempt/"
  owner="\"run\":\"$meta_run\",\"attempt\":$meta_attempt"
  audience=$meta_run
  if [ -n "$meta_env_64" ]; then has_variables=true; fi
  ready_reason='setup-failed'
}
