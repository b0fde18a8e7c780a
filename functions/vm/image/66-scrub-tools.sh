# ---- what scrubbing changes ------------------------------------------------------------------------------------------
# All that scrubbing does to a disk goes through these functions. Each stays below the root that `scrub` was given: a folder that
# is a link to elsewhere is left alone. What cannot be removed is noted in scrub_left, and scrubbing has then failed.

scrub_root='' scrub_left=''

# Whether a folder lies below the root, with all links followed.
is_below_root() {
  local top folder
  folder=$(cd -P "$1" 2>/dev/null && pwd -P) || return 1
  top=$(cd -P "$scrub_root/" && pwd -P)
  [[ $folder/ == "${top%/}/"* ]]
}

# Removes a file or folder. A second time, as a process may write into the folder meanwhile.
remove_path() {
  if [ ! -e "$1" ] && [ ! -L "$1" ]; then return 0; fi
  if ! is_below_root "${1%/*}/"; then return 0; fi
  if ! rm -rf "$1" && ! rm -rf "$1"; then scrub_left="$scrub_left $1"; fi
}

# Removes all that these patterns name below a folder. A pattern has no spaces.
remove_all() {
  local folder=$1 pattern path
  shift
  for pattern in "$@"; do
    for path in "$folder"/$pattern; do remove_path "$path"; done
  done
}

# Removes all that is in a folder, but what has the name $2.
empty_folder() {
  if [ ! -d "$1" ] || ! is_below_root "$1/"; then return 0; fi
  remove_found "$1/" "${2:-}" || remove_found "$1/" "${2:-}" || scrub_left="$scrub_left $1"
}

remove_found() {
  find "$1" -mindepth 1 -maxdepth 1 ! -name "$2" -exec rm -rf {} +
}

# Removes all files below a folder, and leaves the folders: services want theirs, with its owner.
remove_files() {
  if [ ! -d "$1" ] || ! is_below_root "$1/"; then return 0; fi
  find "$1/" ! -type d -exec rm -f {} + || scrub_left="$scrub_left $1"
}

# Leaves a file without content. Does nothing where it is absent or a link.
empty_file() {
  if [ ! -f "$1" ] || [ -L "$1" ] || ! is_below_root "${1%/*}/"; then return 0; fi
  : >"$1" || scrub_left="$scrub_left $1"
}

# Takes the lines that match $2 out of a file.
remove_lines() {
  local kept
  if [ ! -f "$1" ] || ! is_below_root "${1%/*}/"; then return 0; fi
  if ! grep -q -e "$2" "$1"; then return 0; fi
  kept=$(grep -v -e "$2" "$1") || true
  printf '%s\n' "$kept" >"$1" || scrub_left="$scrub_left $1"
}

# Removes a file of settings if an address in it has a password.
remove_if_password() {
  if [ -f "$1" ] && grep -q -e '://[^/@[:space:]]*@' "$1"; then remove_path "$1"; fi
}

# Takes credentials out of a configuration of git: their sections, headers, and addresses with a password.
strip_git() {
  local line key
  if [ ! -f "$1" ] || ! is_below_root "${1%/*}/"; then return 0; fi
  while IFS= read -r line; do
    key=${line%%=*}
    case $line in
      credential.* | url.*) git config --file "$1" --remove-section "${key%.*}" 2>/dev/null || true ;;
      *) git config --file "$1" --unset-all "$key" 2>/dev/null || true ;;
    esac
  done < <(list_git_credentials "$1")
  if [ -n "$(list_git_credentials "$1")" ]; then scrub_left="$scrub_left $1"; fi
}

# Prints the lines of a configuration of git, key=value, that hold a credential.
list_git_credentials() {
  local line
  git config --file "$1" --list 2>/dev/null | while IFS= read -r line; do
    case $line in
      credential.* | url.http*://*@*.insteadof=* | http.*extraheader=* | *=http*://*@*) printf '%s\n' "$line" ;;
    esac
  done
}
