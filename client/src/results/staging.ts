// Writes a run's folder as git objects, without a work tree and regardless of git's settings: bytes are stored unchanged.
import { lstatSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ExpectedError } from '../core/errors';

/** Runs git in the staging repository and returns its stdout. Throws ExpectedError if it fails. */
export type StagingGit = (args: readonly string[], input?: string) => Promise<string>;

export const ATTRIBUTES_FILE = '.gitattributes';
const AS_IT_IS = '* -text -ident -filter !eol !working-tree-encoding\n';

/** Writes a tree with all files of the folder `files`, and returns its hash. */
export async function stageFolder(git: StagingGit, files: string, folder: string): Promise<string> {
  const names = await readdir(files, { recursive: true });
  const paths = names.map((name) => join(files, name)).filter((path) => lstatSync(path).isFile());
  const hashes = lines(
    await git(['hash-object', '-w', '--no-filters', '--stdin-paths'], paths.map((path) => `${path}\n`).join('')),
    '\n',
  );
  const index = paths.map((path, number) => `100644 ${hashes[number]}\t${folder}/${relative(files, path)}\0`);
  await git(['update-index', '-z', '--add', '--index-info'], index.join(''));
  const staged = lines(await git(['ls-files', '-z', '--', folder]), '\0').length;
  if (staged !== paths.length) throw new ExpectedError(`git staged ${staged} of ${paths.length} files.`);
  return (await git(['write-tree', `--prefix=${folder}/`])).trim();
}

/**
 * Writes the root tree of commit `tip` with `tree` as `folder`, and returns its hash. If the repository has attributes (for
 * line endings or Git LFS), the folder gets attributes that override them: otherwise its files would appear as changed in a
 * clone.
 */
export async function rootWith(git: StagingGit, tip: string | null, folder: string, tree: string): Promise<string> {
  const others = tip === null ? [] : await entriesOf(git, tip);
  const placed = others.some((entry) => isNamed(entry, ATTRIBUTES_FILE)) ? await withAttributes(git, tree) : tree;
  const kept = others.filter((entry) => !isNamed(entry, folder));
  return makeTree(git, [...kept, `040000 tree ${placed}\t${folder}`]);
}

async function withAttributes(git: StagingGit, tree: string): Promise<string> {
  const entries = await entriesOf(git, tree);
  if (entries.some((entry) => isNamed(entry, ATTRIBUTES_FILE))) return tree;
  const rules = (await git(['hash-object', '-w', '--stdin'], AS_IT_IS)).trim();
  return makeTree(git, [...entries, `100644 blob ${rules}\t${ATTRIBUTES_FILE}`]);
}

const entriesOf = async (git: StagingGit, tree: string): Promise<string[]> =>
  lines(await git(['ls-tree', '-z', tree]), '\0');

const makeTree = async (git: StagingGit, entries: readonly string[]): Promise<string> =>
  (await git(['mktree', '-z'], entries.map((entry) => `${entry}\0`).join(''))).trim();

const isNamed = (entry: string, name: string): boolean => entry.endsWith(`\t${name}`);

const lines = (text: string, end: string): string[] => text.split(end).slice(0, -1);
