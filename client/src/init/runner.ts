// The name of the script that runs notebooks: somebody's own `run.sh` does something else.
import { accessSync, constants, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExpectedError } from '../core/errors';

export const RUNNER = 'run.sh';
const NAMES = [RUNNER, 'run_notebook.sh', 'mymlops_run.sh'];

/** The first name that is free in `folder`, or taken by `script` itself. Throws ExpectedError where all are taken. */
export function chooseRunner(folder: string, script: string): string {
  const name = NAMES.find((each) => isFree(join(folder, each)) || isRunnable(join(folder, each), script));
  if (name !== undefined) return name;
  throw new ExpectedError(`${NAMES.join(', ')} are other scripts in ${folder}. Rename one of them.`);
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
