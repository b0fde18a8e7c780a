// Checks that the git on this computer is new enough.
import type { Environment } from '../core/context';
import { ExpectedError } from '../core/errors';
import { printableLine } from '../view/printable';
import { runGit } from './run-git';
import { requirePrograms } from '../local/programs';

/** The first version with `init --initial-branch`. */
const OLDEST = [2, 28] as const;

/** Throws ExpectedError if git is missing, too old or broken. */
export async function requireGitVersion(env: Environment): Promise<void> {
  requirePrograms(['git'], env);
  const wanted = `${OLDEST.join('.')} or newer is needed`;
  const { code, stdout, stderr } = await runGit(['--version'], { cwd: '/', env });
  const version = /^git version (\d+)\.(\d+)\S*/.exec(stdout.toString('utf8'));
  if (code !== 0 || !version) {
    const said = printableLine(stderr || stdout.toString('utf8')) || 'nothing';
    throw new ExpectedError(`The git on the PATH does not work: \`git --version\` printed ${said}. git ${wanted}.`);
  }
  const [major, minor] = [Number(version[1]), Number(version[2])];
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    throw new ExpectedError(`${version[0]} is too old: ${wanted}. Update git, or put a newer one first on the PATH.`);
  }
}
