// The environment of every git that the client starts. It follows the user's configuration, and reaches remotes the way the
// user's own git does. Unknown variables are kept, because a credential helper may read them.
import type { Environment } from '../core/context';

/** Variables that point another git (such as that of a hook) at its repository, or at parts of it. */
const PLACES =
  /^GIT_(DIR|WORK_TREE|IMPLICIT_WORK_TREE|COMMON_DIR|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|PREFIX|INTERNAL_SUPER_PREFIX|SHALLOW_FILE|GRAFT_FILE|REPLACE_REF_BASE|NO_REPLACE_OBJECTS|QUARANTINE_PATH|CONFIG|REF_STORAGE|REFERENCE_BACKEND|ATTR_SOURCE)$/;

/** Variables that change what git creates, how it reads its arguments, or what it prints. */
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

/** A trace that does not go to a file would be mixed into the output that we read. */
const isDropped = (name: string, value = ''): boolean =>
  PLACES.test(name) || MANNERS.test(name) || (TRACE.test(name) && !value.startsWith('/'));
