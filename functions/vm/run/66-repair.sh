# ---- repair of a run -------------------------------------------------------------------------------------------------
# What a command may have broken of its own run.

kind_repair() {
  if [ ! -f "$params" ] || [ -L "$params" ]; then write_params; fi
  if [ ! -f "$private/snapshot-results" ]; then : >"$private/snapshot-results"; fi
  open_project_folders
}

# From the project's folder down to the artifacts: what may be listed and read by whom it belongs to.
open_project_folders() {
  local folder=$repo rest=${notebook%"${notebook##*/}"}artifacts/
  while [ -d "$folder" ] && [ ! -L "$folder" ]; do
    if [ ! -r "$folder" ] || [ ! -x "$folder" ]; then chmod u+rx "$folder" || true; fi
    if [ -z "$rest" ]; then break; fi
    folder="$folder/${rest%%/*}" rest=${rest#*/}
  done
}
