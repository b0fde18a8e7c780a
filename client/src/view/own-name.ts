// The name by which the user's shell finds this program, in lines that tell what to type.
import type { Environment } from '../core/context';

/** npx puts the program on the PATH for itself alone; npm sets this variable for it (https://docs.npmjs.com/cli/commands/npm-exec). */
const isStartedByNpx = (env: Environment): boolean => env['npm_command'] === 'exec';

/** Where the program was started by npx, each command in `line` begins with it. `mymlops-client failed` names the program. */
export const withOwnName = (line: string, env: Environment): string =>
  isStartedByNpx(env)
    ? line.replace(/(?<=^|[\s`(])(?<!npx )mymlops-client(?= (?!failed|again)[a-z-])/g, 'npx mymlops-client')
    : line;
