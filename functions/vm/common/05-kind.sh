# ---- what a kind adds ------------------------------------------------------------------------------------------------
# The agent calls these for what only the VM's kind knows. The scripts of a kind come later, and define again those that it
# needs. That is all that may be defined twice.

# shellcheck disable=SC2329 # a kind replaces them
{
  # REPLY: more JSON fields of the state that is reported, each with a comma before it.
  kind_state() { REPLY=''; }

  # Exports variables for the user's shell texts.
  kind_environment() { :; }

  # A shell text of the user's has ended.
  kind_shell_ended() { :; }

  # Puts back what the kind needs, after a shell text of the user's that may have broken it.
  kind_repair() { :; }

  # Saves what there is so far, while the user's shell text runs or after it.
  kind_save() { :; }

  # Saves what there is for the last time: the VM is going down.
  kind_save_last() { :; }

  # The agent itself failed: $1. Reports it and saves what there is. Fails where the VM is not to wait for its deletion.
  kind_fail() { report_internal_failure "$1"; }
}
