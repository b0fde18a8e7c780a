// Lists the files of the project folder that git tracks or does not ignore, also those of submodules and nested
// repositories: a run gets what is on disk, whichever repository has its history.
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../core/context';
import { ExpectedError } from '../core/errors';
import { MB, sizeText } from '../core/sizes';
import { READ_ONLY, type GitResult, runGit } from '../git/run-git';
import { type GitSettings, SETTINGS, settingsOf } from '../git/git-settings';

export interface ListedFile {
  /** Relative to the project folder, with `/`. */
  path: string;
  /** The mode in git's index; undefined if it is not tracked. */
  mode?: string;
  /** Folder of its repository, relative to the project: empty or ending in `/`. */
  repository: string;
}

export interface ProjectFiles {
  files: ListedFile[];
  /** Folders of submodules that are not checked out, ending in `/`. */
  missingSubmodules: string[];
  /** Whether the project folder is in a repository. */
  isKept: boolean;
  settings: GitSettings;
}

export interface Listing {
  /** The project folder, absolute. */
  folder: string;
  env: Environment;
  /** A folder for a temporary repository. */
  tempFolder: string;
}

const SUBMODULE = '160000';
/** All names are held in one text. */
const MOST_NAMES_BYTES = 256 * MB;
const LIST = [...READ_ONLY, 'ls-files', '-z', '-t', '--others', '--exclude-standard'];
const LIST_TRACKED = [...LIST, '--stage'];

/** Lists with the user's own git and ignore rules, without writing anything. Throws ExpectedError if git fails. */
export async function listProjectFiles(listing: Listing): Promise<ProjectFiles> {
  const { folder, env } = listing;
  const options = { cwd: folder, env };
  const [settings, result] = await Promise.all([runGit(SETTINGS, options), runGit(LIST_TRACKED, options)]);
  const { entries, isKept } = await entriesIn(listing, '', result);
  const found: ProjectFiles = { files: [], missingSubmodules: [], isKept, settings: settingsOf(settings.stdout) };
  await addEntries(listing, entries, found);
  return found;
}

/** Adds the files of the nested repository in the folder `repository` of the project. */
async function addRepository(listing: Listing, repository: string, found: ProjectFiles): Promise<void> {
  const { entries } = await listEntries(listing, repository);
  await addEntries(listing, entries, found);
}

async function addEntries(listing: Listing, entries: readonly ListedFile[], found: ProjectFiles): Promise<void> {
  const inner: string[] = [];
  for (const entry of entries) {
    const { path, mode } = entry;
    if (path.endsWith('/')) inner.push(path);
    else if (mode !== SUBMODULE || isOtherThanFolder(join(listing.folder, path))) found.files.push(entry);
    else if (isEmptyFolder(join(listing.folder, path))) found.missingSubmodules.push(`${path}/`);
    else inner.push(`${path}/`);
  }
  for (const folder of inner) await addRepository(listing, folder, found);
}

interface Entries {
  /** Folders of other repositories end in `/`. */
  entries: ListedFile[];
  isKept: boolean;
}

async function listEntries(listing: Listing, repository: string): Promise<Entries> {
  const cwd = join(listing.folder, repository);
  // In a nested folder without a repository of its own, git would answer for the outer repository.
  if (!existsSync(join(cwd, '.git'))) return listWithoutGit(listing, repository);
  return entriesIn(listing, repository, await runGit(LIST_TRACKED, { cwd, env: listing.env }));
}

/** Reads git's answer to `LIST_TRACKED`. */
async function entriesIn(listing: Listing, repository: string, result: GitResult): Promise<Entries> {
  if (/not a git repository|must be run in a work tree/i.test(result.stderr))
    return listWithoutGit(listing, repository);
  const entries = entriesOf(result, repository);
  const isForeign = entries.length === 0 && (await isIgnoredFolder(join(listing.folder, repository), listing.env));
  return isForeign ? listWithoutGit(listing, repository) : { entries, isKept: true };
}

/** A folder that an outer repository ignores as a whole is not part of it, such as a folder in a home folder under git. */
async function isIgnoredFolder(cwd: string, env: Environment): Promise<boolean> {
  return (await runGit([...READ_ONLY, 'check-ignore', '-q', '.'], { cwd, env })).code === 0;
}

/** Without a repository, ignore rules still apply: git reads them in a temporary, empty repository. */
async function listWithoutGit({ folder, env, tempFolder }: Listing, repository: string): Promise<Entries> {
  const cwd = join(folder, repository);
  const gitFolder = join(tempFolder, 'listing.git');
  await mkdir(join(gitFolder, 'objects'), { recursive: true });
  await mkdir(join(gitFolder, 'refs'), { recursive: true });
  await writeFile(join(gitFolder, 'HEAD'), 'ref: refs/heads/none\n');
  const extra = { GIT_DIR: gitFolder, GIT_WORK_TREE: cwd };
  const result = await runGit(LIST, { cwd, env, extra });
  return { entries: entriesOf(result, repository), isKept: false };
}

/**
 * Lines are `? NAME` for an untracked file, and `H MODE HASH STAGE<tab>NAME` (or another letter) for a tracked one. During a
 * merge a file may have several stages, which follow each other; it is returned once.
 */
function entriesOf(result: GitResult, repository: string): ListedFile[] {
  if (result.code !== 0) {
    throw new ExpectedError(`git could not list the project's files: ${result.stderr.trim() || 'it was killed'}`);
  }
  const entries: ListedFile[] = [];
  for (const line of textOf(result.stdout).split('\0')) {
    if (line === '') continue;
    const isTracked = !line.startsWith('? ');
    const path = repository + line.slice(isTracked ? line.indexOf('\t') + 1 : 2);
    if (entries.at(-1)?.path === path) entries.pop();
    entries.push({ path, mode: isTracked ? line.slice(2, 8) : undefined, repository });
  }
  return entries;
}

function textOf(bytes: Buffer): string {
  if (bytes.length > MOST_NAMES_BYTES) {
    const most = sizeText(MOST_NAMES_BYTES);
    throw new ExpectedError(
      `The project has millions of files: their names alone have more than ${most}. Add folders that a run does not need to .gitignore.`,
    );
  }
  const text = bytes.toString('utf8');
  if (!text.includes('\uFFFD') || Buffer.from(text, 'utf8').equals(bytes)) return text;
  const name = text.split('\0').find((line) => line.includes('\uFFFD'));
  const path = name?.replace(/^(\? |[^\t]*\t)/, '');
  throw new ExpectedError(
    `The file name ${JSON.stringify(path)} is not UTF-8. Rename the file, or add it to .gitignore.`,
  );
}

/** Whether something else has replaced a submodule's folder, such as a link. */
function isOtherThanFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === false;
}

function isEmptyFolder(path: string): boolean {
  try {
    return readdirSync(path).length === 0;
  } catch {
    return true; // does not exist
  }
}
