// A test for each named plan or group of plans, which a program of their own plays: in jest's sandbox, where every use of a
// global costs a lookup, a history takes ten times as long.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json, text } from 'node:stream/consumers';
import { build } from 'esbuild';
import type { Plan } from '../faults/plan';

interface PlansCase {
  title: string;
  plans: readonly Plan[];
}

const LONGEST_MS = 300_000;

/** Declares the tests: no violation in any plan of a case. */
export function testPlans(cases: readonly PlansCase[]): void {
  let violations: string[][] = [];
  beforeAll(async () => {
    violations = await violationsOf(cases.flatMap(({ plans }) => plans));
  }, LONGEST_MS);

  let first = 0;
  for (const { title, plans } of cases) {
    const from = first;
    first += plans.length;
    test(title, () => {
      expect(violations.slice(from, from + plans.length)).toEqual(plans.map(() => []));
    });
  }
}

/** What went wrong in each history, in the order of the plans. Rejects where the program ends early. */
async function violationsOf(plans: readonly Plan[]): Promise<string[][]> {
  const folder = await mkdtemp(join(tmpdir(), 'mymlops-plans-'));
  try {
    const outfile = join(folder, 'each-plan.cjs');
    const entryPoints = [join(__dirname, 'each-plan.ts')];
    await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' });
    const child = spawn(process.execPath, [outfile], { stdio: 'pipe' });
    child.stdin.end(JSON.stringify(plans));
    const errors = text(child.stderr);
    const violations = (await json(child.stdout).catch(async () => {
      throw new Error(`the plans were not played to the end: ${await errors}`);
    })) as string[][];
    return violations;
  } finally {
    await rm(folder, { recursive: true });
  }
}
