// Plans of tests, which a program of their own plays: in jest's sandbox, where every use of a
// global costs a lookup, a history takes ten times as long.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json, text } from 'node:stream/consumers';
import { build } from 'esbuild';
import type { Plan } from '../faults/plan';

const LONGEST_MS = 300_000;

/** Plays `plans` before the first test of the file; the function that is returned gives the violations of one of them. */
export function playBefore(plans: readonly Plan[]): (plan: Plan) => string[] | undefined {
  const violations = new Map<Plan, string[] | undefined>();
  beforeAll(async () => {
    const all = await violationsOf(plans);
    for (const [index, plan] of plans.entries()) violations.set(plan, all[index]);
  }, LONGEST_MS);
  return (plan) => violations.get(plan);
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
