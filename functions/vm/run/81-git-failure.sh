# ---- failures of a push ----------------------------------------------------------------------------------------------
# Whether another push may succeed.

# Whether the cause in REPLY is another push that was faster, or is in progress.
is_race() {
  case $REPLY in
    *'ermission denied'* | *'ead-only file system'* | *'No space left'* | *'exists; cannot create'*) return 1 ;;
    *'fetch first'* | *'non-fast-forward'* | *'stale info'* | *'cannot lock ref'* | *'failed to update ref'*) ;;
    *'failed to lock'* | *'incorrect old value'* | *'reference already exists'*) ;;
    *) return 1 ;;
  esac
}

# Whether another try would fail with the same cause as in REPLY.
is_refusal() {
  case $REPLY in
    *'Could not resolve host'* | *'nternal '[Ss]'erver '[Ee]'rror'* | *'failed to report status'*) return 1 ;;
    *'[remote rejected]'* | 'The output repository refused'* | 'The branch is checked out'*) ;;
    *'ermission denied'* | *'ermission to '*' denied'* | *'DENIED by'* | *'insufficient permission'*) ;;
    *'not allowed'* | *'Authentication failed'* | *'could not read Username'* | *'could not read Password'*) ;;
    *'not found'* | *'does not appear to be a git repository'* | *'not a git repository'* | *'invalid gitfile'*) ;;
    *'Host key verification failed'* | *'certificate '* | *'dubious ownership'* | *'read-only'*) ;;
    *'hash algorithm'* | *'mismatched algorithms'* | *'object format'* | *'maximum allowed size'*) ;;
    *'returned error: 40'[0134]* | *'returned error: 413'* | *'HTTP 413'* | *'ead-only file system'*) ;;
    *'No space left'* | *'quota exceeded'* | *'unable to create temporary object directory'*) ;;
    *'exists; cannot create'* | *'SAML SSO'*) ;;
    *) return 1 ;;
  esac
}
