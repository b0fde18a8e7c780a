// `npm run simulate -- --runs 100000 --seed 1`: plays histories on every core; `--instances` those of an interactive instance,
// `--crashes` those that die at every call, `--plan JSON` that one. The last line counts histories, steps, faults and violations;
// the exit code is 1 where there was a violation.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Nearly all that a history makes is soon forgotten: with more room for it, collecting it costs a fifth less. */
const YOUNG = ['--max-semi-space-size=64'];

const words = process.argv.slice(2);
const valueOf = (name, fallback) => (words.includes(name) ? Number(words[words.indexOf(name) + 1]) : fallback);
const runs = valueOf('--runs', 1000);
const seed = valueOf('--seed', 1);
const isCrashes = words.includes('--crashes');
const plan = words.includes('--plan') ? words[words.indexOf('--plan') + 1] : undefined;
const most = plan !== undefined ? 1 : isCrashes ? Infinity : runs;
const workers = Math.max(1, Math.min(availableParallelism(), most));
const share = Math.ceil(runs / workers);

const folder = await mkdtemp(join(tmpdir(), 'mymlops-simulate-'));
try {
  const outfile = join(folder, 'main.cjs');
  const entry = fileURLToPath(new URL('../test/simulation/play/main.ts', import.meta.url));
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' });
  const startedMs = Date.now();
  const all = await Promise.all(Array.from({ length: workers }, (_, index) => work(outfile, index)));
  const sum = (name) => all.reduce((total, counts) => total + counts[name], 0);
  const seconds = (Date.now() - startedMs) / 1000;
  const rate = Math.round(sum('histories') / seconds);
  console.log(
    `${sum('histories')} histories, ${sum('steps')} steps, ${sum('faults')} faults, ${sum('violations')} violations` +
      ` (seed ${seed}, ${seconds.toFixed(1)} s, ${rate} histories a second)`,
  );
  process.exitCode = sum('violations') > 0 ? 1 : 0;
} finally {
  await rm(folder, { recursive: true });
}

function rangeOf(index) {
  if (plan !== undefined) return ['--plan', plan];
  if (isCrashes) return ['--crashes', '--part', index, '--of', workers];
  const kind = words.includes('--instances') ? ['--instances'] : [];
  return ['--runs', Math.min(share, runs - index * share), '--seed', seed + index * share, ...kind];
}

/** Plays its share; passes on what it says, but for the counts. */
function work(program, index) {
  const child = spawn(process.execPath, [...YOUNG, program, ...rangeOf(index).map(String), '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (data) => {
    said += data;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => {
      const lines = said.trimEnd().split('\n');
      const counts = lines.pop() ?? '';
      if (lines.length > 0) console.log(lines.join('\n'));
      try {
        resolve(JSON.parse(counts));
      } catch {
        reject(new Error(`a worker ended without its counts: ${counts}`));
      }
    });
  });
}
