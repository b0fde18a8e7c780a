# ---- repair of a run -------------------------------------------------------------------------------------------------
# Files of the run that a command may have broken.

kind_repair() {
  if [ ! -f "$params" ] || [ -L "$params" ]; then write_params; fi
  if [ ! -f "$private/snapshot-results" ]; then : >"$private/snapshot-results"; fi
  open_project_folders
}

# Lets the owner list and read the folders from the project's down to the artifacts.
open_project_folders() {
  local folder=$repo rest=${notebook%"${notebook##*/}"}artifacts/
  while [ -d "$folder" ] && [ ! -L "$folder" ]; do
    if [ ! -r "$folder" ] || [ ! -x "$folder" ]; then chmod u+rx "$folder" || true; fi
    if [ -z "$rest" ]; then break; fi
    folder="$folder/${rest%%/*}" rest=${rest#*/}
  done
}
