// The token that may do everything on a local cloud, also what no part of mymlops may.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** @param {string} endpoints the file that the client reads */
export const ownerTokenBeside = (endpoints) => readFileSync(join(dirname(endpoints), 'token'), 'utf8').trim();
