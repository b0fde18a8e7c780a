// Refuses large files that git does not track: a snapshot is for code, and the user pays for what is sent.
import { isRunId } from '@mymlops/protocol';
import { ExpectedError } from '../core/errors';
import { GB, MB, sizeText } from '../core/sizes';
import type { Candidate } from './candidates';

const LARGEST_UNTRACKED_FILE = 10 * MB;
const LARGEST_UNTRACKED_TOTAL = 50 * MB;
/** git on the VM may hold a file in memory. */
const LARGEST_FILE = GB;
const LARGEST_SHOWN = 5;

/** Throws ExpectedError with the lines to add to .gitignore. */
export function refuseLarge(candidates: readonly Candidate[]): void {
  const tooLarge = candidates.find(({ stat }) => stat.size > LARGEST_FILE);
  if (tooLarge)
    throw new ExpectedError(
      `${tooLarge.path} is larger than 1 GB. Move it out of the project folder, or add it to .gitignore.`,
    );
  const untracked = candidates.filter(({ mode, stat }) => mode === undefined && stat.kind === 'file');
  const large = untracked.filter(({ stat }) => stat.size > LARGEST_UNTRACKED_FILE);
  if (large.length > 0) refuse('larger than 10 MB and not tracked by git', large);
  const total = untracked.reduce((sum, { stat }) => sum + stat.size, 0);
  if (total > LARGEST_UNTRACKED_TOTAL) {
    const largest = untracked.toSorted((left, right) => right.stat.size - left.stat.size).slice(0, LARGEST_SHOWN);
    refuse(
      `the largest of ${untracked.length} files that git does not track, ${sizeText(total)} together (allowed: 50 MB)`,
      largest,
    );
  }
}

function refuse(what: string, files: readonly Candidate[]): never {
  const lines = files.map(({ path, stat }) => `  ${path} (${sizeText(stat.size)})`);
  const advice = [...new Set(files.map(({ repository }) => repository))].map((repository) => {
    const rules = new Set(files.filter((file) => file.repository === repository).map(ignoreRule));
    const where = repository === '' ? '.gitignore of the project folder' : `${repository}.gitignore`;
    return `Track them with git, or add to ${repository === '' ? 'the ' : ''}${where}:\n${[...rules].join('\n')}`;
  });
  if (files.some(pulledFolderOf)) advice.push(PULLED);
  throw new ExpectedError(
    `The snapshot would contain files that are ${what}:\n${lines.join('\n')}\n${advice.join('\n')}`,
  );
}

const PULLED =
  'A folder named after a run contains results of an earlier `pull`. Add the whole folder to .gitignore, or move it out of the project.';

/** The part of the path up to a folder named after a run, ending in `/`. `pull` now makes such a folder ignore itself. */
function pulledFolderOf({ path, repository }: Candidate): string | undefined {
  const folders = path.slice(repository.length).split('/').slice(0, -1);
  const at = folders.findIndex(isRunId);
  return at < 0 ? undefined : `${folders.slice(0, at + 1).join('/')}/`;
}

/** The path as a rule of .gitignore: special characters are escaped, and control characters become `?`. */
function ignoreRule(file: Candidate): string {
  const quoted = (pulledFolderOf(file) ?? file.path.slice(file.repository.length))
    .replace(/[\\*?[]/g, '\\$&')
    .replace(/\p{Cc}/gu, '?')
    .replace(/ +$/, (spaces) => '\\ '.repeat(spaces.length));
  return `  /${quoted}`;
}
