// Pushes a folder of results to an output repository with the user's own git. The user's configuration decides how git
// reaches the repository, but not what is in the commit. Nothing in the results (attributes, hooks, nested repositories) may
// run.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CommitRequest } from '@mymlops/protocol';
import type { Environment } from '../core/context';
import { ExpectedError } from '../core/errors';
import { type GitResult, runGit } from '../git/run-git';
import { localPath } from '../git/repository-address';
import { gitFailureLine, isOtherHash, isRace } from '../git/git-failure';
import { type StagingGit, rootWith, stageFolder } from './staging';

const TRIES = 20;
const LONGEST_PAUSE_MS = 1000;
const LIMIT_MS = 10 * 60_000;
const METADATA_FILE = 'metadata.json';
/** Replace the user's settings for new repositories, and for additional work at a push. */
const SETTINGS = [
  ...['core.hooksPath=/dev/null', 'core.fsmonitor=false', 'core.ignoreCase=false', 'core.splitIndex=false'],
  ...['i18n.commitEncoding=UTF-8', 'gc.auto=0', 'maintenance.auto=false', 'fetch.writeCommitGraph=false'],
  ...['submodule.recurse=false', 'fetch.recurseSubmodules=false', 'push.recurseSubmodules=no', 'push.followTags=false'],
].flatMap((setting) => ['-c', setting]);

export interface Publication {
  repository: NonNullable<CommitRequest['outputRepository']>;
  run: string;
  attempt: number;
  /** A folder with all files for the repository's folder `<run>/`, including metadata.json. */
  files: string;
  message: string;
  env: Environment;
  /** An empty folder for clones; the caller removes it. */
  tempFolder: string;
  /** Ends git when it aborts. */
  interrupted?: AbortSignal;
  /** Limit for the whole push. Default: 10 minutes. */
  limitMs?: number;
}

/** Returns the commit that contains the results: the pushed one, or the branch's tip if they were already there. */
export async function pushResults(publication: Publication): Promise<string> {
  const { interrupted, limitMs = LIMIT_MS } = publication;
  const limit = AbortSignal.timeout(limitMs);
  const ending = interrupted ? AbortSignal.any([interrupted, limit]) : limit;
  try {
    localPath(publication.repository.url, '/', publication.env); // refuses other protocols: another user may have set it
    return await pushInEither({ ...publication, interrupted: ending });
  } catch (error) {
    if (!limit.aborted || interrupted?.aborted) throw error;
    throw new ExpectedError(
      `The push to the output repository did not finish within ${limitMs / 1000} s. Check that git can reach it: git ls-remote ${publication.repository.url}`,
    );
  }
}

/** A SHA-256 repository accepts nothing from a SHA-1 repository, and says so at the first fetch or push. */
async function pushInEither(publication: Publication): Promise<string> {
  const inFolder = async (hash: string): Promise<string> => {
    const tempFolder = join(publication.tempFolder, hash);
    await mkdir(tempFolder);
    return push({ ...publication, tempFolder }, hash);
  };
  try {
    return await inFolder('sha1');
  } catch (error) {
    if (!(error instanceof ExpectedError && isOtherHash(error.message))) throw error;
    return inFolder('sha256');
  }
}

async function push(publication: Publication, hash: string): Promise<string> {
  const { repository, run, message } = publication;
  const git = gitIn(publication);
  const staging: StagingGit = (args, input) => must(git(args, input));
  await staging(['init', '--quiet', '--template=', `--object-format=${hash}`, '--initial-branch=main', '.']);
  const folder = await stageFolder(staging, publication.files, run);
  for (let tries = 1; ; tries++) {
    const tip = await fetchTip(publication);
    if (tip && (await holdsAttempt(publication, tip))) return tip;
    const root = await rootWith(staging, tip, run, folder);
    const parent = tip === null ? [] : ['-p', tip];
    const commit = (await staging(['commit-tree', ...parent, '-m', message, root])).trim();
    const target = `${commit}:refs/heads/${repository.branch}`;
    const pushed = await git(['push', '--quiet', '--no-verify', '--', repository.url, target]);
    if (pushed.code === 0) return commit;
    if (!isRace(gitFailureLine(pushed.stderr)) || tries === TRIES) throw failure(pushed);
    await delay(Math.random() * LONGEST_PAUSE_MS, undefined, { signal: publication.interrupted });
  }
}

type Git = (args: readonly string[], input?: string) => Promise<GitResult>;

function gitIn({ tempFolder, env, repository, interrupted }: Publication): Git {
  const { name, email } = repository.author;
  const extra = {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
  return (args, input) => runGit([...SETTINGS, ...args], { cwd: tempFolder, env, extra, input, signal: interrupted });
}

async function must(running: Promise<GitResult>): Promise<string> {
  const result = await running;
  if (result.code !== 0) throw failure(result);
  return result.stdout.toString('utf8');
}

const failure = ({ stderr }: GitResult): ExpectedError =>
  new ExpectedError(`The push failed. ${gitFailureLine(stderr)}`);

/** The commit at the tip of the branch; null for an empty repository or a missing branch. */
async function fetchTip(publication: Publication): Promise<string | null> {
  const git = gitIn(publication);
  const { url, branch } = publication.repository;
  const wanted = `+refs/heads/${branch}:refs/mymlops/tip`;
  const fetched = await git(['fetch', '--quiet', '--depth=1', '--no-tags', '--', url, wanted]);
  if (fetched.code === 0) return (await must(git(['rev-parse', 'refs/mymlops/tip']))).trim();
  if (/couldn't find remote ref/i.test(fetched.stderr)) return null;
  throw failure(fetched);
}

/** Whether the repository has the run's folder from the same attempt or a newer one, which is never replaced. */
async function holdsAttempt({ run, attempt, ...publication }: Publication, tip: string): Promise<boolean> {
  const blob = `${tip}:${run}/${METADATA_FILE}`;
  const shown = await gitIn({ run, attempt, ...publication })(['cat-file', 'blob', blob]);
  if (shown.code !== 0) return false;
  try {
    const metadata = JSON.parse(shown.stdout.toString('utf8')) as { attempt?: unknown } | null;
    return typeof metadata?.attempt === 'number' && metadata.attempt >= attempt;
  } catch {
    return false;
  }
}
