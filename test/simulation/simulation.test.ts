// Histories full of faults, and short ones that die at every call: nothing is lost, nothing left.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { crashPlans } from './play/crash-plans';
import { MUTATIONS } from './mutations/all';
import { STORIES } from './faults/stories';
import { playBefore } from './play/play-before';
import { bundleMutant, whyUnnoticed, wordsFor, type Ended } from './mutations/mutant';
import type { Plan } from './faults/plan';
import { planOf } from './faults/plan-of-seed';

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
  'four hundred histories of an interactive instance',
  async () => {
    expect(await simulate('--instances', '--runs', '400', '--seed', '1')).toMatch(
      /^400 histories, \d+ steps, \d+ faults, 0 violations/m,
    );
  },
  600 * SECONDS,
);

test(
  'short stories in which each external call goes wrong in every way',
  async () => {
    let count = 0;
    for await (const _ of crashPlans()) count++;
    expect(count).toBeGreaterThan(5000);
    const all = new RegExp(`^${count} histories, \\d+ steps, \\d+ faults, 0 violations`, 'm');
    expect(await simulate('--crashes')).toMatch(all);
  },
  600 * SECONDS,
);

const violationsIn = playBefore(STORIES.map(([, plan]) => plan));

test.each(STORIES)('%s', (_what, plan) => {
  expect(violationsIn(plan)).toEqual([]);
});

test('a plan of its own', async () => {
  const [, plan] = STORIES[0] ?? [];
  expect(await simulate('--plan', JSON.stringify(plan))).toMatch(/^1 histories, \d+ steps, 3 faults, 0 violations/m);
});

function mutationOf(name: string): (typeof MUTATIONS)[number] {
  const [mutation] = MUTATIONS.filter((each) => each.name === name);
  if (!mutation) throw new Error(`no mutation: ${name}`);
  return mutation;
}

/** The words with which a history that was found is played again. */
const again = (said: string): string => /^again: npm run simulate -- (.+)$/m.exec(said)?.[1] ?? '';

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

  test(
    'and the plan is shrunk, described, and can be made again from its seed',
    async () => {
      const mutation = mutationOf('slots are never released');
      const program = await bundleMutant(mutation, folder);
      const seed = Number(mutation.shownBy);
      const { stdout } = await play(program, ['--runs', '1', '--seed', String(seed)]);
      expect(stdout).toMatch(new RegExp(`^Seed ${seed}: .+\nRun 0000: .+\n- .+\nagain: `, 'm'));
      const left = stdout.split('\n').filter((line) => line.startsWith('- '));
      expect(left.length).toBeLessThan(planOf(seed).faults.length);
      expect(again(stdout)).toBe(`--runs 1 --seed ${seed}`);
    },
    90 * SECONDS,
  );

  test(
    'and an enumerated plan can be played again alone',
    async () => {
      const mutation = mutationOf('a settled run is written to');
      const program = await bundleMutant(mutation, folder);
      const { stdout } = await play(program, ['--crashes', '--stop', '1', '--quick']);
      const [, json = ''] = /^--plan '([^']+)'$/.exec(again(stdout)) ?? [];
      expect((JSON.parse(json) as Plan).faults).toMatchObject([{ kind: 'call' }]);
      expect(whyUnnoticed(mutation, await play(program, ['--plan', json, '--quick']))).toBeUndefined();
    },
    90 * SECONDS,
  );
});
