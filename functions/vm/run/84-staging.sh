# ---- staging ---------------------------------------------------------------------------------------------------------
# Puts results into an index, without a work tree.

# Makes the repository for staging, with hash $1. One that is already there was made by the command, and is removed.
new_output_git() {
  output_hash=$1
  rm -rf "$work/output.git"
  init_repository "$output_hash" --bare "$work/output.git" 2>"$private/git-error"
}

stage_anew() {
  new_output_git "$1" && stage_results
}

# Puts the results into the index as blobs. Without a work tree no attribute, ignore file or nested repository of the notebook
# has an effect. Artifacts only with `artifacts: true`; large files as pointers to the bucket.
stage_results() {
  local index name path
  staged=0
  : >"$private/stage-paths"
  : >"$private/stage-names"
  for ((index = 0; index < ${#done_names[@]}; index++)); do
    name=${done_names[index]} path=${done_sources[index]}
    case $name in
      artifacts/*) if [ "$meta_artifacts" != true ]; then continue; fi ;;
    esac
    if is_git_name "$name"; then
      note "not for git: $name"
      continue
    fi
    if [ "${done_sizes[index]}" -gt "$POINTER_BYTES" ]; then
      write_pointer "$index"
      path=$REPLY name="$name.pointer.json"
    fi
    printf '%s\n' "$path" >>"$private/stage-paths"
    printf '%s\n' "$name" >>"$private/stage-names"
    staged=$((staged + 1))
  done
  add_to_index
}

# Whether a path has a part that is .git in any spelling that some file system takes for it: git refuses such paths, or a
# clone would take the folder for a repository.
is_git_name() {
  local part rest=$1/
  while [ -n "$rest" ]; do
    part=${rest%%/*}
    rest=${rest#*/}
    case $part in
      .[gG][iI][tT] | .[gG][iI][tT][\ .:]* | [gG][iI][tT]~[0-9]*) return 0 ;;
    esac
  done
  return 1
}

# Writes a small file that names the object in the bucket, as protocol/src/vm/result-pointer.ts has it. REPLY: the file.
write_pointer() {
  local file="$private/pointer-$1" object
  quote_text "${prefix}results/${done_names[$1]}"
  object=$REPLY
  printf '{\n  "bucket": "%s",\n  "object": "%s",\n  "size": %s,\n  "sha256": "%s"\n}\n' "$meta_results_bucket" "$object" \
    "${done_sizes[$1]}" "${done_hashes[$1]}" >"$file"
  REPLY=$file
}

stage_metadata() {
  printf '%s\n' "$private/metadata.json" >"$private/stage-paths"
  printf 'metadata.json\n' >"$private/stage-names"
  staged=$((staged + 1))
  add_to_index
}

# Adds the files in stage-paths to the index, under stage-names in the run's folder.
add_to_index() {
  local oid name
  if [ ! -s "$private/stage-paths" ]; then return 0; fi
  output_git hash-object -w --no-filters --stdin-paths <"$private/stage-paths" >"$private/stage-oids" \
    2>"$private/git-error" || return 1
  while IFS= read -r oid <&7 && IFS= read -r name <&8; do
    printf '100644 %s\t%s/%s\n' "$oid" "$meta_run" "$name"
  done 7<"$private/stage-oids" 8<"$private/stage-names" >"$private/stage-index"
  output_git update-index --add --index-info <"$private/stage-index" 2>"$private/git-error"
}

# Sets folder_tree to the tree of the run's folder. It must hold as many files as were staged.
build_folder() {
  local count=0
  if ! { folder_tree=$(output_git write-tree --prefix="$meta_run/" 2>"$private/git-error") &&
    output_git ls-files >"$private/staged" 2>"$private/git-error"; }; then
    git_error_line
    last_git_error="The results could not be staged: $REPLY"
    return 1
  fi
  while IFS= read -r _; do count=$((count + 1)); done <"$private/staged"
  if [ "$count" -eq "$staged" ]; then return 0; fi
  last_git_error="git staged $count of $staged files."
  return 1
}

# REPLY: the tree of the run's folder with a .gitattributes that keeps its files as they are. In a clone the repository's own
# attributes (on line endings, Git LFS) would make them look changed; attributes in a deeper folder have priority.
add_attributes() {
  local rules
  rules=$(printf '%s\n' "$AS_IT_IS" | output_git hash-object -w --stdin) || return 1
  output_git ls-tree "$folder_tree" >"$private/folder" || return 1
  printf '100644 blob %s\t.gitattributes\n' "$rules" >>"$private/folder"
  REPLY=$(output_git mktree <"$private/folder")
}
