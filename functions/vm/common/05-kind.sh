# ---- what a kind adds ------------------------------------------------------------------------------------------------
# The agent calls these functions where only the VM's kind knows what to do. A kind's scripts come later and replace the
# functions that it needs. No other function may be defined twice.

# shellcheck disable=SC2329 # a kind replaces them
{
  # REPLY: more JSON fields of the state that is reported, each with a comma before it.
  kind_state() { REPLY=''; }

  # Exports variables for the user's shell texts.
  kind_environment() { :; }

  # Prints variables of the user's for the shell texts: NAME=value, each with a NUL at its end.
  kind_variables() { :; }

  # Adds secrets of the kind's own to those that begin_secrets has read: to secret_names and secret_values.
  kind_secrets() { :; }

  # Called about once a second while a shell text of the user runs whose processes may stay.
  kind_waiting() { :; }

  # Called when a shell text of the user has ended.
  kind_shell_ended() { :; }

  # Repairs the kind's own files, which the user's shell text may have broken.
  kind_repair() { :; }

  # Ends the kind's own processes, as the agent's main process was killed.
  kind_end_processes() { :; }

  # Saves the results so far.
  kind_save() { :; }

  # Saves the results for the last time, as the VM is going down.
  kind_save_last() { :; }

  # Removes what must not stay, at every end.
  kind_leave() { :; }

  # Reports an error of the agent itself ($1) and saves the results so far. Fails where the VM must power off at once.
  kind_fail() { report_internal_failure "$1"; }
}
