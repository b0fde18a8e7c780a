// The simulation as a program, with one mutation in its sources.
import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { aPlan, aRun } from '../faults/quiet-plan';
import type { Mutation, Story } from './mutation';
import { BROKEN } from '../oracle/oracle';
import type { Plan } from '../faults/plan';

/** Bundles into `folder`; the file to start. Throws unless the text to be replaced occurs exactly once. */
export async function bundleMutant({ name, file, from, to }: Mutation, folder: string): Promise<string> {
  const target = resolve(file);
  const text = await readFile(target, 'utf8');
  const hits = text.split(from).length - 1;
  if (hits !== 1) throw new Error(`${name}: its text is ${hits} times in ${file}`);
  const contents = text.replace(from, () => to);
  const outfile = join(folder, 'mutant.cjs');
  await build({
    entryPoints: [join(__dirname, '../play/main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
    plugins: [
      {
        name: 'mutation',
        setup: ({ onLoad }) =>
          onLoad({ filter: /\.ts$/ }, ({ path }) => (path === target ? { contents, loader: 'ts' } : undefined)),
      },
    ],
  });
  return outfile;
}

/** So many histories from the seed on, so that a small change elsewhere does not hide it. */
export const SEARCHED = 30;

/** What to play: those histories, or the story. */
export function wordsFor({ shownBy }: Mutation): string[] {
  if (typeof shownBy === 'number')
    return ['--runs', String(SEARCHED), '--seed', String(shownBy), '--stop', '1', '--quick'];
  if ('instances' in shownBy)
    return ['--instances', '--runs', String(SEARCHED), '--seed', String(shownBy.instances), '--stop', '1', '--quick'];
  return ['--plan', JSON.stringify(planOfStory(shownBy)), '--quick'];
}

export const planOfStory = ({ run, plan, faults }: Story): Plan => ({
  ...aPlan,
  runs: [{ ...aRun, ...run }],
  ...plan,
  faults,
});

/** What a mutant that was noticed says last: its history is over, and something in it should not have been. */
const NOTICED = /^\d+ histories, \d+ steps, \d+ faults, [1-9]\d* violations$/m;

/** Why the mutant was not noticed; undefined where it was. A crash, or an end that nobody can tell, is no notice. */
export function whyUnnoticed({ mayHang }: Mutation, end: Ended): string | undefined {
  if (end.stdout.startsWith(`${BROKEN}:`)) return `it does not work at all: ${end.stdout.slice(0, 300)}`;
  if (end.code === 1 && NOTICED.test(end.stdout)) return undefined;
  if (end.killed && mayHang) return undefined;
  return `exit code ${end.code}${end.killed ? ', ended by its time limit' : ''}: ${end.stdout}${end.stderr}`.slice(
    0,
    2000,
  );
}

export interface Ended {
  code: number | null;
  killed: boolean;
  stdout: string;
  stderr: string;
}
