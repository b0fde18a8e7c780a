// The local cloud's state, with its token: where it lies in a project, no snapshot takes it.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';

/** The file by which the local cloud knows its folder again (deploy/local/state/state-folder.ts). */
const MARK = 'mymlops.json';

/**
 * Whether a folder of the project belongs to the state in `stateFolder` or to that of any local cloud. Both folders may be
 * named through links; `projectFolder` exists.
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

/** Without links as far as it exists. */
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
    return false; // something else of that name
  }
}
