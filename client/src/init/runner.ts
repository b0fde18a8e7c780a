// Chooses the name of the script that runs notebooks. The user may have a `run.sh` of their own.
import { accessSync, constants, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExpectedError } from '../core/errors';

export const RUNNER = 'run.sh';
const NAMES = [RUNNER, 'run_notebook.sh', 'mymlops_run.sh'];

/** The first name that is free in `folder`, or that `script` itself has. Throws ExpectedError if all are taken. */
export function chooseRunner(folder: string, script: string): string {
  const name = NAMES.find((each) => isFree(join(folder, each)) || isRunnable(join(folder, each), script));
  if (name !== undefined) return name;
  throw new ExpectedError(`${folder} has other files named ${NAMES.join(', ')}. Rename one of them.`);
}

const isFree = (file: string): boolean => lstatSync(file, { throwIfNoEntry: false }) === undefined;

function isRunnable(file: string, script: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return readFileSync(file, 'utf8') === script;
  } catch {
    return false;
  }
}
