// A program of somebody else that answers to our shorter name: who types `mymlops` would get it.
import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Environment } from '../core/context';

const SHORT_NAME = 'mymlops';
/** Our launcher, and every wrapper that a package manager makes of it, names this within its first bytes. */
const OUR_NAME = 'mymlops-client';
const HEAD_BYTES = 4096;

/** Path of the first `mymlops` on the PATH, if that one is not ours. */
export function findShadowingProgram(env: Environment): string | undefined {
  const paths = (env['PATH'] ?? '').split(delimiter).map((folder) => join(folder || '.', SHORT_NAME));
  const first = paths.find(isProgram);
  return first !== undefined && !readHead(first).includes(OUR_NAME) ? first : undefined;
}

/** One that cannot be read is passed over. */
function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK | constants.R_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function readHead(path: string): string {
  const head = Buffer.alloc(HEAD_BYTES);
  const file = openSync(path, 'r');
  try {
    return head.toString('utf8', 0, readSync(file, head, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(file);
  }
}
