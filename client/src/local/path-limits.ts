// Checks the length of paths before anything starts. mymlops adds to the user's paths, and a VM would only fail with "File
// name too long" for a path that the user never typed.
import { ExpectedError } from '../core/errors';
import { shortenToColumns } from '../view/width';

/** The project's path on a local VM, inside the state folder. The VM's id has 19 digits. */
const LOCAL_PROJECT_FOLDER = '/compute/vms/1234567890123456789/home/repo/';
/** The project's path on a VM of Google Cloud. */
const GOOGLE_PROJECT_FOLDER = '/root/repo/';
/** Bytes for the longer name of a temporary file that a program writes before it renames it. */
const BESIDE = 32;
/** Bytes for paths inside the project's folder, such as git's own files. */
const ROOM = 200;

/** A long path is shortened to this. */
const SHOWN_COLUMNS = 120;

/** Longest path in bytes that can be opened. */
function longestPathBytes(platform: NodeJS.Platform): number {
  return platform === 'linux' ? 4095 : 1023;
}

/** Throws ExpectedError if the state folder's path is too long for the paths of a VM inside it. */
export function requireShortState(folder: string, platform: NodeJS.Platform = process.platform): void {
  const most = longestPathBytes(platform) - LOCAL_PROJECT_FOLDER.length - ROOM;
  const bytes = Buffer.byteLength(folder);
  if (bytes <= most) return;
  throw new ExpectedError(
    `The state folder's path has ${bytes} bytes, but at most ${most} are possible. Set MYMLOPS_HOME to a shorter path.`,
  );
}

/**
 * Throws ExpectedError if a run could not open the file at `path`, the longest of the project. `stateFolder` is the local
 * cloud's; null for a VM on Google Cloud.
 */
export function requireShortPath(
  path: string,
  stateFolder: string | null,
  platform: NodeJS.Platform = process.platform,
): void {
  const folder = stateFolder === null ? GOOGLE_PROJECT_FOLDER : stateFolder + LOCAL_PROJECT_FOLDER;
  const bytes = Buffer.byteLength(folder + path);
  const most = longestPathBytes(stateFolder === null ? 'linux' : platform) - BESIDE;
  if (bytes <= most) return;
  const home = stateFolder === null ? '' : ', or set MYMLOPS_HOME to a shorter folder';
  throw new ExpectedError(
    `A path of the project is too long for a run: on its VM it would have ${bytes} bytes, but at most ${most} are possible. Shorten it${home}: ${shortenToColumns(path, SHOWN_COLUMNS)}`,
  );
}
