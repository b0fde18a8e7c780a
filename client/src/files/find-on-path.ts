// Finds a program as a shell does: the first file of its name in a folder of the PATH.
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Environment } from '../core/context';

/** Endings of files that Windows starts by name. */
const WINDOWS_ENDINGS = ['.exe', '.cmd', '.bat', '.com'];

/** The file that is started when `program` is called by its name; undefined if there is none. */
export function findOnPath(
  program: string,
  env: Environment,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  const names = platform === 'win32' ? WINDOWS_ENDINGS.map((ending) => program + ending) : [program];
  const files = (env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder || '.', name)));
  return files.find(isRunnable);
}

function isRunnable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
