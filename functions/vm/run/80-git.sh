# ---- git and the output repository -----------------------------------------------------------------------------------
# git on the copy of the output repository.

output_git() {
  safe_git --git-dir="$work/output.git" "$@"
}

# Redirects git's stderr only: the shell writes to its own stderr when a signal ends a job.
output_git_quietly() {
  output_git "$@" 2>"$private/git-error"
}

# Runs a git command that calls the output repository, and ends it when the time for such calls is over.
remote_git() {
  if is_past "$push_ends"; then return 1; fi
  run_in_group "$((push_ends - elapsed))" output_git_quietly "$@"
  if $timed_out; then push_ends=0; fi
  return "$group_exit"
}
