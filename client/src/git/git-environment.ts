// The environment of every git that the client starts. It obeys what the user's own git obeys: their configuration in any
// form, and how they reach a remote; variables of their own, whatever their names, may be what a credential helper reads.
import type { Environment } from '../core/context';

/** They say where a repository is, or what of it counts, for a git that somebody else has started: a hook's, say. */
const PLACES =
  /^GIT_(DIR|WORK_TREE|IMPLICIT_WORK_TREE|COMMON_DIR|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|PREFIX|INTERNAL_SUPER_PREFIX|SHALLOW_FILE|GRAFT_FILE|REPLACE_REF_BASE|NO_REPLACE_OBJECTS|QUARANTINE_PATH|CONFIG|REF_STORAGE|REFERENCE_BACKEND|ATTR_SOURCE)$/;

/** They change what git makes, how it reads its arguments, or what it says. */
const MANNERS =
  /^GIT_(TEMPLATE_DIR|DEFAULT_HASH|DEFAULT_REF_FORMAT|INDEX_VERSION|(LITERAL|GLOB|NOGLOB|ICASE)_PATHSPECS|(AUTHOR|COMMITTER)_\w+|CURL_VERBOSE|TEST_\w+)$/;

const TRACE = /^GIT_TRACE/;

export function gitEnvironment(env: Environment): Record<string, string | undefined> {
  const kept = Object.entries(env).filter(([name, value]) => !isDropped(name, value));
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_DEFAULT_REF_FORMAT: 'files',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
  };
}

/** A trace goes to a file, or into what is read here. */
const isDropped = (name: string, value = ''): boolean =>
  PLACES.test(name) || MANNERS.test(name) || (TRACE.test(name) && !value.startsWith('/'));
