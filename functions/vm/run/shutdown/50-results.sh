# ---- a run whose VM goes down ----------------------------------------------------------------------------------------
# Its checkpoint, log and notebook, and how many cells have ended.

notebook_name='' notebook_path='' # of the agent's settings
asked=false                       # whether the agent saves a checkpoint

# The agent saves the checkpoint, as it knows which files are already saved. Meanwhile report and log are sent.
kind_begin_saving() {
  if [ ! -e "$private/checkpoint-mark" ] || ! kill -0 "$agent" 2>/dev/null; then return 0; fi
  rm -f "$private/checkpoint-kept"
  printf 'checkpoint\n' 1<>"$private/kind" # opened for reading and writing: the reader may be gone
  asked=true
}

kind_end_saving() {
  local try=0
  if ! $asked; then return 0; fi
  until [ -e "$private/checkpoint-kept" ] || [ "$try" -ge 100 ] || ! kill -0 "$agent" 2>/dev/null; do
    try=$((try + 1))
    sleep 0.2
  done
}

kind_state() {
  local cells=''
  if [ -f "$private/cells" ]; then read -r cells <"$private/cells" || true; fi
  REPLY=${cells:+,\"cells\":$cells}
}

kind_add_results() {
  add_result log.txt "$log" log
  add_result "$notebook_name" "$notebook_path" notebook
}

# Adds the upload of a result: its name, the file, log or notebook. A copy is sent, as the command may be writing the file.
# Adds nothing if there is no such file, or if the notebook is just being written.
add_result() {
  if [ ! -f "$2" ] || [ -L "$2" ]; then return 0; fi
  steady_copy "$2" "${log%/*}/going-$3"
  if [ "$3" = notebook ] && ! ends_as_notebook "$REPLY"; then return 0; fi
  add_live_upload "${prefix}progress/$1" "$REPLY"
}
