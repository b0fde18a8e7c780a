// Names of results come from a VM: which of them may become files here.

/** A path of its own, a drive, a stream: elsewhere they are letters like any other. */
const NOT_ON_WINDOWS = /[\\:<>"|?*]/;

/** Two names that one folder cannot hold on every file system, or a name that leads out of the folder. */
export function refusalOfNames(paths: readonly string[], platform: NodeJS.Platform = process.platform): string | null {
  const bad = paths.find((path) => !isSafePath(path) || (platform === 'win32' && NOT_ON_WINDOWS.test(path)));
  if (bad !== undefined) return `${JSON.stringify(bad)} is not a name that may be written here`;
  const seen = new Map<string, string>();
  for (const path of paths) {
    const other = seen.get(folded(path));
    if (other !== undefined) return `${JSON.stringify(other)} and ${JSON.stringify(path)} would be the same file`;
    seen.set(folded(path), path);
  }
  const parent = paths.flatMap(parentsOf).find((folder) => seen.has(folded(folder)));
  return parent === undefined ? null : `${JSON.stringify(parent)} would be a file and a folder`;
}

/** What lies in a repository's own folder could run when git looks at it: it is left out. */
export function isGitInternal(path: string): boolean {
  return path.split('/').some((part) => folded(part).replace(/[. ]+$/, '') === '.git');
}

function isSafePath(path: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

const folded = (path: string): string => path.normalize('NFC').toLowerCase();

function parentsOf(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}
