#!/bin/sh
# Executes the notebook in place, with the best runner that is installed. mymlops calls it with the notebook's path and
# reads its exit code; what it prints is the run's log.
set -eu
notebook=$1

if command -v papermill >/dev/null 2>&1; then
  # papermill saves after every cell. It hands the parameters of `commit -p` to a cell tagged "parameters".
  exec papermill --cwd "$(dirname "$notebook")" -f "${MYMLOPS_PARAMS:-/dev/null}" "$notebook" "$notebook"
fi
if command -v jupyter-nbconvert >/dev/null 2>&1; then
  exec jupyter-nbconvert --to notebook --execute --inplace "$notebook"
fi
exec python3 "$(dirname "$0")/run_notebook.py" "$notebook"
