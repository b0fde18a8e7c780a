# ---- what a kind adds ------------------------------------------------------------------------------------------------
# A kind's scripts come later and replace the functions that it needs.

# shellcheck disable=SC2329 # a kind replaces them
{
  # Has the agent save what takes long, while the report is sent.
  kind_begin_saving() { :; }

  # REPLY: more JSON fields of the state that is reported, each with a comma before it.
  kind_state() { REPLY=''; }

  # Adds the uploads of results.
  kind_add_results() { :; }

  # Lasts until the agent has saved it, but not for ever.
  kind_end_saving() { :; }
}
