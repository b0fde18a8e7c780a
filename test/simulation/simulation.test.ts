// Histories full of faults, and short ones that die at every call: nothing is lost, nothing left.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MUTATIONS } from './mutations';
import { STORIES } from './stories';
import { playHistory } from './history';
import { bundleMutant, whyUnnoticed, wordsFor, type Ended } from './mutant';

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

async function play(program: string, words: string[]): Promise<Ended> {
  try {
    const said = await run(process.execPath, [program, ...words], { timeout: 60 * SECONDS });
    return { code: 0, killed: false, ...said };
  } catch (error) {
    return error as Ended;
  }
}

test(
  'two thousand histories',
  async () => {
    expect(await simulate('--runs', '2000', '--seed', '1')).toMatch(
      /^2000 histories, \d+ steps, \d+ faults, 0 violations/m,
    );
  },
  600 * SECONDS,
);

test(
  'every external call of five short stories, gone wrong in every way',
  async () => {
    expect(await simulate('--crashes')).toMatch(/^\d{4} histories, \d+ steps, \d+ faults, 0 violations/m);
  },
  600 * SECONDS,
);

test.each(STORIES)('%s', async (_what, plan) => {
  expect((await playHistory(plan)).violations).toEqual([]);
});

describe('broken on purpose, it is noticed', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mymlops-mutant-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test.each(MUTATIONS)(
    '$name',
    async (mutation) => {
      const program = await bundleMutant(mutation, folder);
      expect(whyUnnoticed(mutation, await play(program, wordsFor(mutation)))).toBeUndefined();
    },
    90 * SECONDS,
  );
});
