// Beside the command: heartbeats, progress, and the notebook in the bucket.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PREFIX, destroyVms, startVm } from '../start-vm';

afterEach(destroyVms);

test('heartbeats tell how many cells have ended while they grow, and the notebook is in the live bucket meanwhile', async () => {
  const cells = (count: number): string =>
    JSON.stringify({ cells: Array.from({ length: count }, (_, index) => ({ execution_count: index + 1 })) });
  const vm = await startVm({
    files: { 'one.json': cells(1), 'three.json': cells(3) },
    command: 'cp one.json notebooks/train.ipynb; until [ -e go ]; do sleep 0.1; done; cp three.json',
  });
  await vm.google.until('one cell', () => vm.google.reports.some(({ state }) => state.cells === 1));
  const heartbeat = vm.google.reports.find(({ state }) => state.cells === 1);
  expect(heartbeat).toMatchObject({ kind: 'heartbeat', state: { phase: 'execute' } });
  await vm.google.until('partial notebook', () => vm.google.objects.has(`${PREFIX}progress/train.ipynb`));
  expect(vm.soFar('train.ipynb')).toBe(cells(1));
  vm.google.reports.length = 0;
  writeGo(vm.home);
  await vm.ended();
  expect(vm.state().cells).toBe(3);
  expect(vm.result('train.ipynb')).toBe(cells(3));
});

test('a silent command still gives heartbeats', async () => {
  const vm = await startVm({
    command: 'until [ -e go ]; do sleep 0.1; done; true',
    metadata: { 'mymlops-heartbeat-seconds': '1' },
  });
  const heartbeats = (): number => vm.google.reports.filter(({ kind }) => kind === 'heartbeat').length;
  await vm.google.until('two heartbeats', () => heartbeats() >= 2);
  writeGo(vm.home);
  await vm.ended();
  const seqs = vm.google.reports.map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
});

/** What the commands of these tests wait for. */
function writeGo(home: string): void {
  writeFileSync(join(home, 'repo/go'), '');
}
