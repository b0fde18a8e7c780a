#!/bin/bash
# Executes a notebook in place with the best that is installed: papermill, nbconvert, or the small runner beside this file.
set -euo pipefail

notebook=$1
case $notebook in -*) notebook=./$notebook ;; esac # no option of the programs below
folder=$(dirname "$notebook")
here=$(cd "$(dirname "$0")" && pwd)
params=${MYMLOPS_PARAMS:-}

if command -v papermill >/dev/null; then
  set -- "$notebook" "$notebook" --cwd "$folder"
  if [ -n "$params" ]; then set -- "$@" -f "$params"; fi
  exec papermill "$@"
fi
if command -v jupyter-nbconvert >/dev/null; then
  exec jupyter-nbconvert --to notebook --execute --inplace "$notebook"
fi
exec python3 "$here/run_notebook.py" "$notebook"
