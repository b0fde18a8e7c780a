// Histories full of faults, and short ones that die at every call: nothing is lost, nothing left.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const SECONDS = 1000;

/** What `npm run simulate` prints, also where it fails. */
async function simulate(...words: string[]): Promise<string> {
  try {
    return (await run(process.execPath, ['scripts/simulate.mjs', ...words])).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return `${stdout}\n${stderr}`;
  }
}

test(
  'two thousand histories',
  async () => {
    expect(await simulate('--runs', '2000', '--seed', '1')).toMatch(
      /^2000 histories, \d+ steps, \d+ faults, 0 violations/m,
    );
  },
  300 * SECONDS,
);

test(
  'every external call of five short stories, gone wrong in every way',
  async () => {
    expect(await simulate('--crashes')).toMatch(/^\d{4} histories, \d+ steps, \d+ faults, 0 violations/m);
  },
  300 * SECONDS,
);
