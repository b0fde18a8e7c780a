# ---- git's failures --------------------------------------------------------------------------------------------------
# Finds the cause in git's messages. The client has the same rule (client/src/git/git-failure.ts), and a table of real
# answers tests both (test/git-answers/).

# REPLY: the cause, without the credentials of an address. It is never empty: an empty text would mean success.
git_error_line() {
  read_git_error
  while [[ $REPLY =~ ://[^/@[:space:]]+@ ]]; do REPLY=${REPLY/"${BASH_REMATCH[0]}"/://}; done # credentials
}

# The first error is the cause, and later ones follow from it. ssh does not mark its errors: there the last line counts. A line
# that git prints after many failures is used only if there is no better one.
read_git_error() {
  local line rejected='' wrong='' said='' plain='' empty=''
  while IFS= read -r line; do
    line=${line%"${line##*[![:space:]]}"} # hosts pad their lines with spaces
    if [ -z "$line" ] || is_git_talk "$line"; then continue; fi
    if is_git_consequence "$line"; then
      empty=${empty:-${line# ! }}
      continue
    fi
    case $line in
      *rejected\]*) rejected=${rejected:-${line#*! }} ;;
      remote:*)
        line=${line#remote:}
        said="$said ${line#"${line%%[![:space:]]*}"}"
        ;;
      fatal:* | error:* | FATAL:* | ERROR:*) wrong=${wrong:-$line} ;;
      *) plain=$line ;;
    esac
  done <"$private/git-error"
  said=${said# }
  case $rejected in
    *'(branch is currently checked out)'*)
      REPLY='The branch is checked out in that repository, and git refuses a push to such a branch. Check out another'
      REPLY="$REPLY branch there, or choose another output_repository.branch for the next run."
      return
      ;;
    *declined*) # by a hook, a protected branch or a rule. The fix comes first, as a long reason is cut at its end
      REPLY="The output repository refused the push (${rejected##*\(}. Allow it there, or choose another"
      REPLY="$REPLY output_repository.branch for the next run.${said:+ It said: $said}"
      return
      ;;
  esac
  REPLY=${rejected:-$wrong}
  if [ -z "$REPLY" ] && [ -z "$said" ]; then REPLY=$plain; fi
  if [ -n "$said" ]; then REPLY="${REPLY:+${REPLY%.}. }The output repository said: $said"; fi
  REPLY=${REPLY:-${empty:-git failed and said nothing}}
}

# Lines that say nothing about a failure.
is_git_talk() {
  case $1 in
    hint:* | warning:* | Warning:* | 'To '* | '** '* | $'\t'*) ;;
    'Everything up-to-date' | 'Please make sure you have the correct access rights' | 'and the repository exists.') ;;
    remote:*[![:space:]=*-]*) return 1 ;;
    remote:*) ;; # some hosts draw lines around their message
    *) return 1 ;;
  esac
}

# Lines that git prints after many failures, whatever their cause.
is_git_consequence() {
  case $1 in
    *'failed to push some refs'* | *'Could not read from remote repository'* | *'remote end hung up'*) ;;
    *'early EOF'* | *'unexpected disconnect'* | *'index-pack failed'* | *'unpack-objects failed'*) ;;
    *'abnormal exit'* | *'invalid index-pack output'* | *'failed to write object' | *'fsck error in packed object') ;;
    *'possible repository corruption on the remote'* | *'error in sideband demultiplexer'*) ;;
    *'pack-objects died of signal'* | *'write error: Broken pipe' | *'unable to read askpass response'*) ;;
    *'(unpacker error)' | *'(failed to update ref)' | *'(unable to migrate objects to permanent storage)') ;;
    *) return 1 ;;
  esac
}
