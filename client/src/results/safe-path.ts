// Names of results come from a VM: which of them may become files here.

/** A path of its own, a drive, a stream: elsewhere they are letters like any other. */
const NOT_ON_WINDOWS = /[\\:<>"|?*]/;

/** Control characters, and what shows a name in another order than it has. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const MISLEADING = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

export interface SortedNames {
  safe: string[];
  refused: { path: string; why: string }[];
}

/**
 * Refused are names that lead out of the folder, and of names that one folder cannot hold on every file system all but the
 * first.
 */
export function sortNames(paths: readonly string[], platform: NodeJS.Platform = process.platform): SortedNames {
  const sorted: SortedNames = { safe: [], refused: [] };
  const files = new Map<string, string>();
  const folders = new Map<string, string>();
  for (const path of paths) {
    const parents = parentsOf(path).map(folded);
    const file = parents.map((parent) => files.get(parent)).find((other) => other !== undefined);
    const other = files.get(folded(path)) ?? folders.get(folded(path)) ?? file;
    const isBad = !isSafePath(path) || (platform === 'win32' && NOT_ON_WINDOWS.test(path));
    if (isBad) sorted.refused.push({ path, why: 'not a name that may be written here' });
    else if (other !== undefined) sorted.refused.push({ path, why: `in the way of ${JSON.stringify(other)}` });
    else {
      sorted.safe.push(path);
      files.set(folded(path), path);
      for (const parent of parents) folders.set(parent, path);
    }
  }
  return sorted;
}

/** What lies in a repository's own folder could run when git looks at it: it is left out. */
export function isGitInternal(path: string): boolean {
  return path.split('/').some((part) => folded(part).replace(/[. ]+$/, '') === '.git');
}

function isSafePath(path: string): boolean {
  if (MISLEADING.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

const folded = (path: string): string => path.normalize('NFC').toLowerCase();

function parentsOf(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}
