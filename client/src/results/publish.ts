// Pushes a folder of results to an output repository with the caller's own git: credentials are the user's, and nothing
// that the results hold (attributes, hooks, nested repositories) may run.
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CommitRequest } from '@mymlops/protocol';
import type { Environment } from '../context';
import { ExpectedError } from '../errors';
import { type GitResult, runGit } from '../source/git';
import { gitFailureLine } from './git-failure';

const TRIES = 20;
const LONGEST_PAUSE_MS = 1000;
const LIMIT_MS = 10 * 60_000;
const METADATA_FILE = 'metadata.json';

export interface Publication {
  repository: NonNullable<CommitRequest['outputRepository']>;
  run: string;
  attempt: number;
  /** A folder with all that is to be in the repository's folder `<run>/`, metadata.json among it. */
  files: string;
  message: string;
  env: Environment;
  /** An empty folder for the clone; the caller removes it. */
  scratch: string;
  /** Ends git. */
  interrupted?: AbortSignal;
  /** For all of it; 10 minutes where it is absent. */
  limitMs?: number;
}

/** Returns the commit that holds the results: the one pushed, or the tip where they were there already. */
export async function pushResults(publication: Publication): Promise<string> {
  const { interrupted, limitMs = LIMIT_MS } = publication;
  const limit = AbortSignal.timeout(limitMs);
  const ending = interrupted ? AbortSignal.any([interrupted, limit]) : limit;
  try {
    return await push({ ...publication, interrupted: ending });
  } catch (error) {
    if (!limit.aborted || interrupted?.aborted) throw error;
    throw new ExpectedError(
      `The push to the output repository was given up after ${limitMs / 1000} s. Look whether git can reach it: git ls-remote ${publication.repository.url}`,
    );
  }
}

async function push(publication: Publication): Promise<string> {
  const { repository, scratch, run } = publication;
  const git = gitIn(publication);
  await must(git('init', '--quiet', '--template=', `--initial-branch=${repository.branch}`, '.'));
  await mkdir(join(scratch, '.git', 'info'), { recursive: true });
  await writeFile(join(scratch, '.git', 'info', 'attributes'), '* -text -filter -ident -working-tree-encoding\n');
  await cp(publication.files, join(scratch, run), { recursive: true });
  for (let tries = 1; ; tries++) {
    const tip = await fetchTip(publication);
    if (tip && (await holdsAttempt(publication, tip))) return tip;
    const commit = await commitOn(publication, tip);
    const pushed = await git(
      'push',
      '--quiet',
      '--no-verify',
      '--',
      repository.url,
      `${commit}:refs/heads/${repository.branch}`,
    );
    if (pushed.code === 0) return commit;
    const wasFaster =
      /\(fetch first\)|\(non-fast-forward\)|cannot lock ref|failed to update ref|\(incorrect old value/.test(
        pushed.stderr,
      );
    if (!wasFaster || tries === TRIES) throw failure(pushed);
    await delay(Math.random() * LONGEST_PAUSE_MS, undefined, { signal: publication.interrupted });
  }
}

function gitIn({ scratch, env, repository, interrupted }: Publication): (...args: string[]) => Promise<GitResult> {
  const { name, email } = repository.author;
  const extra = {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    GIT_ALLOW_PROTOCOL: 'https:ssh:file',
  };
  return (...args) =>
    runGit(['-c', 'core.hooksPath=/dev/null', '-c', 'commit.gpgSign=false', ...args], {
      cwd: scratch,
      env,
      extra,
      signal: interrupted,
    });
}

async function must(running: Promise<GitResult>): Promise<string> {
  const result = await running;
  if (result.code !== 0) throw failure(result);
  return result.stdout.toString('utf8').trim();
}

const failure = ({ stderr }: GitResult): ExpectedError =>
  new ExpectedError(`The push to the output repository failed: ${gitFailureLine(stderr)}`);

/** Null for an empty repository or a missing branch. */
async function fetchTip(publication: Publication): Promise<string | null> {
  const git = gitIn(publication);
  const { url, branch } = publication.repository;
  const fetched = await git(
    'fetch',
    '--quiet',
    '--depth=1',
    '--no-tags',
    '--',
    url,
    `+refs/heads/${branch}:refs/mymlops/tip`,
  );
  if (fetched.code === 0) return must(git('rev-parse', 'refs/mymlops/tip'));
  if (/couldn't find remote ref/i.test(fetched.stderr)) return null;
  throw failure(fetched);
}

/** A folder of an equal or newer attempt is never replaced. */
async function holdsAttempt({ run, attempt, ...publication }: Publication, tip: string): Promise<boolean> {
  const shown = await gitIn({ run, attempt, ...publication })('show', `${tip}:${run}/${METADATA_FILE}`);
  if (shown.code !== 0) return false;
  try {
    const metadata = JSON.parse(shown.stdout.toString('utf8')) as { attempt?: unknown } | null;
    return typeof metadata?.attempt === 'number' && metadata.attempt >= attempt;
  } catch {
    return false;
  }
}

async function commitOn(publication: Publication, tip: string | null): Promise<string> {
  const { run, message } = publication;
  const git = gitIn(publication);
  await must(tip ? git('read-tree', tip) : git('read-tree', '--empty'));
  await must(git('rm', '-r', '-f', '--cached', '--quiet', '--ignore-unmatch', '--', `${run}/`));
  await must(git('add', '--force', '--', run));
  const tree = await must(git('write-tree'));
  return must(git('commit-tree', ...(tip ? ['-p', tip] : []), '-m', message, tree));
}
