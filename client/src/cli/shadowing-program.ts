// Another program on the PATH with our short name: typing `mymlops` would run it.
import { closeSync, openSync, readSync } from 'node:fs';
import type { Environment } from '../core/context';
import { findOnPath } from '../files/find-on-path';

const SHORT_NAME = 'mymlops';
/** Our launcher, and every wrapper that a package manager makes for it, contains this name in its first bytes. */
const OUR_NAME = 'mymlops-client';
const HEAD_BYTES = 4096;

/** Path of the first `mymlops` on the PATH, if it is not ours. */
export function findShadowingProgram(env: Environment): string | undefined {
  const first = findOnPath(SHORT_NAME, env);
  return first !== undefined && isForeign(first) ? first : undefined;
}

/** Also false for a program that can be started but not read, as it may be ours. */
function isForeign(path: string): boolean {
  try {
    return !readHead(path).includes(OUR_NAME);
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
