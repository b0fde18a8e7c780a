#!/bin/bash
# Executes a notebook in place with papermill, which `setup` installs.
set -euo pipefail
set -- "$1" "$1" --cwd "$(dirname "$1")" --no-progress-bar --stdout-file - --stderr-file -
if [ -n "${MYMLOPS_PARAMS:-}" ]; then set -- "$@" -f "$MYMLOPS_PARAMS"; fi
exec papermill "$@"
