// Keeps the state folder of a local cloud, which contains its token, out of snapshots of a project around it.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';

/** The file by which the local cloud recognizes its folder (deploy/local/state/state-folder.ts). */
const MARK = 'mymlops.json';

/**
 * Whether a folder of the project belongs to `stateFolder`, or to the state folder of any other local cloud. Both paths may
 * contain links; `projectFolder` must exist.
 */
export function createStateFilter(projectFolder: string, stateFolder: string): (path: string) => boolean {
  const project = realpathSync(projectFolder);
  const own = relative(project, realPathOf(stateFolder)).split(sep).join('/');
  const known = new Map([['.', false]]);
  const isState = (folder: string): boolean => {
    const found = known.get(folder) ?? (folder === own || isState(dirname(folder)) || isMarked(join(project, folder)));
    known.set(folder, found);
    return found;
  };
  return isState;
}

/** Resolves links in the part of the path that exists. */
function realPathOf(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const parent = dirname(path);
  return parent === path ? path : join(realPathOf(parent), basename(path));
}

function isMarked(folder: string): boolean {
  const file = join(folder, MARK);
  if (!existsSync(file)) return false;
  try {
    const mark = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown> | null;
    return typeof mark?.['v'] === 'number' && typeof mark['deployment'] === 'string';
  } catch {
    return false; // another program's file
  }
}
