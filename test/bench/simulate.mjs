// How many histories a second the simulation plays on this computer's cores. There is no floor: nothing else does it.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const RUNS = 400;

/**
 * @param {string} root of the repository
 * @returns one row without a ratio. Throws where a history is violated.
 */
export async function benchSimulate(root) {
  const program = join(root, 'scripts/simulate.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [program, '--runs', String(RUNS), '--seed', '1']);
  const [, seconds] = /, (\d+\.\d) s,/.exec(stdout) ?? [];
  if (seconds === undefined) throw new Error(`the simulation says no time: ${stdout}`);
  return [{ name: 'simulate', value: Math.round(RUNS / Number(seconds)), unit: 'histories/s' }];
}
