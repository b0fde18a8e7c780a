// How long a path may be, with what mymlops puts before and behind it. Said before anything starts: a machine that fails
// over it says "File name too long" of a path that nobody typed.
import { ExpectedError } from '../core/errors';
import { shortenToColumns } from '../view/width';

/** Below the state folder: `compute/vms/<id>/home/repo/`, the id of 19 digits. */
const LOCAL_PROJECT_FOLDER = '/compute/vms/1234567890123456789/home/repo/';
/** The same on a machine of Google's. */
const GOOGLE_PROJECT_FOLDER = '/root/repo/';
/** Bytes for the name that a program writes beside a file before it takes its place. */
const BESIDE = 32;
/** Bytes for what lies in the project's place, such as git's own files. */
const ROOM = 200;

/** Of a path that fills screens. */
const SHOWN_COLUMNS = 120;

/** Bytes of a path that can be opened. */
function longestPathBytes(platform: NodeJS.Platform): number {
  return platform === 'linux' ? 4095 : 1023;
}

/** Throws ExpectedError for a state folder below which a machine would find no room. */
export function requireShortState(folder: string, platform: NodeJS.Platform = process.platform): void {
  const most = longestPathBytes(platform) - LOCAL_PROJECT_FOLDER.length - ROOM;
  const bytes = Buffer.byteLength(folder);
  if (bytes <= most) return;
  throw new ExpectedError(
    `The state folder's path has ${bytes} bytes, and ${most} are possible. Set MYMLOPS_HOME to a shorter one.`,
  );
}

/**
 * `path`: the longest of the project. `stateFolder`: of the local cloud; null for a machine of Google's. Throws
 * ExpectedError where no program of a run could open that file.
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
    `A path of the project is too long for a run: on its machine it would have ${bytes} bytes, and ${most} are possible. Shorten it${home}: ${shortenToColumns(path, SHOWN_COLUMNS)}`,
  );
}
