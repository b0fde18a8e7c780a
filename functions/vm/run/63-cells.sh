# ---- cells -----------------------------------------------------------------------------------------------------------
# Counts the cells that have ended, from the notebook's file, while the command runs. It uses grep, as no better tool is on
# every VM.

# Lines as nbformat, papermill and run_notebook.py write them. Each sign is at a fixed depth, so that no text, output or other
# metadata is mistaken for one. A cell begins at depth 2; the file is complete if its last line closes it.
CELL_SIGNS='^  \{$|^\}$|^   "execution_count": [0-9]+|^     "injected-parameters"|^     "output_type": "error"'
CELL_SIGNS="$CELL_SIGNS"'|^     "status": "(running|failed)"|^     "(iopub\.execute_input|shell\.execute_reply(\.started)?)"'
# The same signs in a file of any other form.
LOOSE_SIGNS='"(execution_count|prompt_number)" *: *([0-9]+|null)|"injected-parameters"|"(output_type|status)" *: *"(error|pyerr|failed)"'

# REPLY: how many of the user's cells have ended; the next one is running. A failed cell without a cell after it is not counted,
# as it may be the last one. Fails if the file shows no cell that has begun, or is just being written.
count_ended() {
  local line is_whole=false is_known=false ended=0 held=0 was_cell=false
  local is_marked=false is_injected=false is_failed=false is_begun=false is_working=false is_answered=false
  while IFS= read -r line; do
    case $line in
      '  {')
        close_cell
        was_cell=true
        ;;
      '}')
        close_cell
        is_whole=true
        ;;
      *'"injected-parameters"') is_injected=true ;;
      *'"error"' | *'"failed"') is_failed=true ;;
      *'"running"' | *execute_input\") is_begun=true is_working=true ;;
      *.started\") is_begun=true ;;
      *execute_reply\") is_answered=true ;;
      *) is_marked=true ;;
    esac
  done < <(grep -oE "$CELL_SIGNS" "$1" 2>/dev/null || true)
  REPLY=$((ended - held))
  if $was_cell; then $is_whole && $is_known; else count_loosely "$1"; fi
}

# Called by count_ended at the end of a cell. papermill saves a running cell with its execution count already: its status, or
# the missing answer of the kernel, shows that it has not ended.
close_cell() {
  if $is_marked || $is_begun; then is_known=true held=0; fi
  if $is_marked && ! $is_injected; then
    ended=$((ended + 1))
    if $is_failed || { $is_working && ! $is_answered; }; then held=1; fi
  fi
  is_marked=false is_injected=false is_failed=false is_begun=false is_working=false is_answered=false
}

# Counts by the order of the signs: a result repeats the execution count of its cell, and a tag comes after it.
count_loosely() {
  local line mark='' last=null ended=0 held=0 injected=0
  while IFS= read -r line; do
    case $line in
      *'"injected-parameters"') if [ "$last" != null ]; then injected=1; fi ;;
      *error\" | *pyerr\" | *failed\") held=1 ;;
      *)
        last=${line##*[!0-9a-z]}
        if [ "$last" != null ] && [ "$last" != "$mark" ]; then
          mark=$last ended=$((ended + 1)) held=0
        fi
        ;;
    esac
  done < <(grep -oE "$LOOSE_SIGNS" "$1" 2>/dev/null || true)
  REPLY=$((ended > injected + held ? ended - injected - held : 0))
  [ "$ended" -gt 0 ] && ends_as_notebook "$1"
}
