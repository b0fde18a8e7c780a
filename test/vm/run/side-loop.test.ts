// Beside the command: heartbeats, progress, and the notebook in the bucket.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PREFIX, destroyMachines, startMachine } from '../machine';

afterEach(destroyMachines);

test('heartbeats tell how many cells have ended while they grow, and the notebook is in the bucket meanwhile', async () => {
  const cells = (count: number): string =>
    JSON.stringify({ cells: Array.from({ length: count }, (_, index) => ({ execution_count: index + 1 })) });
  const machine = await startMachine({
    files: { 'one.json': cells(1), 'three.json': cells(3) },
    command: 'cp one.json notebooks/train.ipynb; until [ -e go ]; do sleep 0.1; done; cp three.json',
  });
  await machine.google.until('one cell', () => machine.google.reports.some(({ state }) => state.cells === 1));
  const heartbeat = machine.google.reports.find(({ state }) => state.cells === 1);
  expect(heartbeat).toMatchObject({ kind: 'heartbeat', state: { phase: 'execute' } });
  await machine.google.until('partial notebook', () => machine.google.objects.has(`${PREFIX}results/train.ipynb`));
  expect(machine.result('train.ipynb')).toBe(cells(1));
  machine.google.reports.length = 0;
  writeGo(machine.home);
  await machine.ended();
  expect(machine.state().cells).toBe(3);
  expect(machine.result('train.ipynb')).toBe(cells(3));
});

test('a silent command still gives heartbeats', async () => {
  const machine = await startMachine({
    command: 'until [ -e go ]; do sleep 0.1; done; true',
    metadata: { 'mymlops-heartbeat-seconds': '1' },
  });
  const heartbeats = (): number => machine.google.reports.filter(({ kind }) => kind === 'heartbeat').length;
  await machine.google.until('two heartbeats', () => heartbeats() >= 2);
  writeGo(machine.home);
  await machine.ended();
  const seqs = machine.google.reports.map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
});

/** What the commands of these tests wait for. */
function writeGo(home: string): void {
  writeFileSync(join(home, 'repo/go'), '');
}
