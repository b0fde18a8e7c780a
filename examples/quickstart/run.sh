#!/bin/bash
# Executes a notebook in place with the best that is installed: papermill, nbconvert, or the small runner beside this file.
# All three give it the parameters of the run; prepare_notebook.py says which kernel it gets where its own is not there.
set -euo pipefail

notebook=$1
case $notebook in -*) notebook=./$notebook ;; esac # no option of the programs below
folder=$(dirname "$notebook")
here=$(cd "$(dirname "$0")" && pwd)
params=${MYMLOPS_PARAMS:-}

# The Python that a program installed by pip, pipx, uv or conda runs with, which its first two lines name.
python_of() {
  local python
  python=$(LC_ALL=C sed -n -e '1s|^#! *\(/[^ ]*python[^ ]*\)$|\1|p' \
    -e "2s|^'''exec' \"*\(/[^\"]*[^\" ]\)\"* \"\$0\".*|\1|p" -e 2q "$(command -v "$1")") || python=''
  if [ -x "$python" ]; then printf '%s\n' "$python"; else echo python3; fi
}

if command -v papermill >/dev/null; then
  kernel=$("$(python_of papermill)" "$here/prepare_notebook.py" "$notebook")
  # The log is what the notebook prints, as it prints it. (/dev/stdout would be opened anew, and the log emptied.)
  set -- "$notebook" "$notebook" --cwd "$folder" --no-progress-bar --stdout-file - --stderr-file -
  if [ -n "$kernel" ]; then set -- "$@" --kernel "${kernel% *}" --language "${kernel#* }"; fi
  if [ -n "$params" ]; then set -- "$@" -f "$params"; fi
  exec papermill "$@"
fi
if command -v jupyter-nbconvert >/dev/null; then
  exec "$(python_of jupyter-nbconvert)" "$here/prepare_notebook.py" --nbconvert "$notebook"
fi
exec python3 "$here/run_notebook.py" "$notebook"
