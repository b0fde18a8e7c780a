// Names of results come from a VM. This decides which of them may become files on this computer.

/** On Windows these separate paths, drives and streams. Elsewhere they are ordinary characters. */
const NOT_ON_WINDOWS = /[\\:<>"|?*]/;

/** Control characters, and those that change the order in which a name is displayed. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const MISLEADING = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

export interface SortedNames {
  safe: string[];
  refused: { path: string; why: string }[];
}

/**
 * Refuses names that lead out of the folder. Of several names that some file systems do not distinguish, refuses all but the
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
    if (isBad) sorted.refused.push({ path, why: 'not a safe file name' });
    else if (other !== undefined) sorted.refused.push({ path, why: `in conflict with ${JSON.stringify(other)}` });
    else {
      sorted.safe.push(path);
      files.set(folded(path), path);
      for (const parent of parents) folders.set(parent, path);
    }
  }
  return sorted;
}

/** Files in a `.git` folder are left out, because git could run them. */
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
