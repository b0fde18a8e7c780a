// Uploads while the command runs: none holds up the rest, whatever happens to the files and the network meanwhile.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PREFIX, destroyVms, startVm, type Vm } from '../start-vm';

afterEach(destroyVms);

const NOTEBOOK = `${PREFIX}progress/train.ipynb`;
const LOG = `${PREFIX}progress/log.txt`;
const cellsDone = (count: number): string =>
  JSON.stringify({ cells: Array.from({ length: count }, (_, index) => ({ execution_count: index + 1 })) });
const cellsReported = ({ google }: Vm): number => Math.max(0, ...google.reports.map(({ state }) => state.cells ?? 0));
const untilFile = (name: string): string => `until [ -e ~/${name} ]; do sleep 0.02; done`;

/** A promise, and what settles it. */
function createGate(): { passed: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open: () => open() };
}

test('an upload that does not end holds up neither progress nor the last checkpoint nor the results', async () => {
  const [arrived, gate] = [createGate(), createGate()];
  const vm = await startVm({
    files: { 'one.json': cellsDone(1), 'two.json': cellsDone(2) },
    command: `echo early; ${untilFile('one')}; cp one.json notebooks/train.ipynb; ${untilFile('two')}
      cp two.json notebooks/train.ipynb; echo kept > "$MYMLOPS_CHECKPOINTS/a"; ${untilFile('end')}; echo late #`,
    prepare: (google) => {
      google.fault = ({ method, name, count }) => {
        if (method !== 'POST' || name !== LOG || count > 1) return null;
        arrived.open();
        return gate.passed.then(() => null);
      };
    },
  });
  const { google } = vm;
  await arrived.passed;
  vm.put('one', '');
  await google.until('one cell', () => cellsReported(vm) === 1);
  vm.put('two', '');
  await google.until('two cells', () => cellsReported(vm) === 2);
  await google.until('a checkpoint', () => google.objects.has(`${PREFIX}checkpoints/manifests/000001`));
  vm.put('end', '');
  await vm.ended();
  expect(vm.result('log.txt')).toBe('early\nlate\n');
  // The live bucket saves the early log now. It must not replace the whole one, whose hash is in the outcome.
  gate.open();
  await google.until('the early log', () => google.objects.has(LOG));
  expect(vm.soFar('log.txt')).toBe('early\n');
  expect(vm.result('log.txt')).toBe('early\nlate\n');
});

test('the last checkpoint, while the VM goes down, does not wait for an upload', async () => {
  const [arrived, gate] = [createGate(), createGate()];
  const vm = await startVm({
    command: `echo early; ${untilFile('go')}; echo last > "$MYMLOPS_CHECKPOINTS/a"; : > ~/wrote; exec sleep 600 #`,
    prepare: (google) => {
      google.fault = ({ name, count }) => {
        if (name !== LOG || count > 1) return null;
        arrived.open();
        return gate.passed.then(() => null);
      };
    },
    metadata: { 'mymlops-heartbeat-seconds': '600' },
  });
  await arrived.passed;
  vm.put('go', '');
  while (!existsSync(join(vm.home, 'wrote'))) await new Promise((done) => setTimeout(done, 10));
  await vm.shutDown();
  expect(vm.google.objects.has(`${PREFIX}checkpoints/manifests/000001`)).toBe(true);
  gate.open();
});

test('a notebook that is cut off while it is sent arrives whole, and at once', async () => {
  const [arrived, gate] = [createGate(), createGate()];
  const large = JSON.stringify({ cells: [], filler: 'y'.repeat(30_000_000) });
  const vm = await startVm({
    command: `${untilFile('end')} #`,
    prepare: (google) => {
      google.beforeBody = (name) => {
        if (name !== NOTEBOOK) return;
        arrived.open();
        return gate.passed;
      };
    },
  });
  await vm.google.until('execute', () => vm.google.reports.some(({ state }) => state.phase === 'execute'));
  const notebook = join(vm.home, 'repo/notebooks/train.ipynb');
  writeFileSync(notebook, large);
  await arrived.passed;
  writeFileSync(notebook, '{"cells": []}');
  gate.open();
  await vm.google.until('the large one', () => vm.google.objects.get(NOTEBOOK)?.data.length === large.length);
  vm.put('end', '');
  await vm.ended();
  expect(vm.result('train.ipynb')).toBe('{"cells": []}');
});

test('a notebook that is half written does not replace a complete one, neither while the command runs nor when the VM goes down', async () => {
  const vm = await startVm({
    command: `printf '{"cells": [1]}' > notebooks/train.ipynb; ${untilFile('go')}; printf '{"cells": [' > notebooks/train.ipynb
      echo said; ${untilFile('end')} #`,
  });
  await vm.google.until('the whole one', () => vm.google.objects.has(NOTEBOOK));
  vm.put('go', '');
  await vm.google.until('the log', () => vm.google.objects.get(LOG)?.data.toString() === 'said\n');
  await vm.shutDown();
  expect(vm.soFar('train.ipynb')).toBe('{"cells": [1]}');
});

test('after an upload whose answer was lost the next one replaces what the bucket has, and still comes after no later one', async () => {
  const [arrived, gate] = [createGate(), createGate()];
  const vm = await startVm({
    command: `echo one; ${untilFile('two')}; echo two; ${untilFile('three')}; echo three; ${untilFile('four')}; echo four
      : > ~/said-four; ${untilFile('end')} #`,
    prepare: (google) => {
      google.fault = ({ method, name, count }) => {
        if (method !== 'POST' || name !== LOG) return null;
        if (count === 1) return 'lost';
        if (google.text(LOG) !== 'one\ntwo\n') return null;
        arrived.open();
        return gate.passed.then(() => null);
      };
    },
    metadata: { 'mymlops-heartbeat-seconds': '600' },
  });
  const { google } = vm;
  const logIs = (text: string) => (): boolean => google.objects.get(LOG)?.data.toString() === text;
  await google.until('the first log', logIs('one\n'));
  vm.put('two', '');
  await google.until('the second log', logIs('one\ntwo\n'));
  vm.put('three', '');
  await arrived.passed;
  google.fault = () => null;
  vm.put('four', '');
  while (!existsSync(join(vm.home, 'said-four'))) await new Promise((done) => setTimeout(done, 10));
  await vm.shutDown();
  gate.open();
  expect(vm.soFar('log.txt')).toBe('one\ntwo\nthree\nfour\n');
  await google.until('the late one to be refused', () => google.refused.includes(LOG));
  expect(vm.soFar('log.txt')).toBe('one\ntwo\nthree\nfour\n');
});

test('a log that stands still is sent once, whatever the notebook is in the middle of', async () => {
  const vm = await startVm({
    command: `: > notebooks/train.ipynb; echo said; ${untilFile('end')} #`,
    metadata: { 'mymlops-heartbeat-seconds': '1' },
  });
  const { google } = vm;
  const looks = (): number => google.bucketCalls.filter((call) => call === `GET ${PREFIX}fenced`).length;
  await google.until('the log', () => google.objects.get(LOG)?.data.toString() === 'said\n');
  const before = looks();
  await google.until('three more looks', () => looks() >= before + 3);
  expect(google.bucketCalls.filter((call) => call === `POST ${LOG}`)).toHaveLength(1);
  expect(google.objects.has(NOTEBOOK)).toBe(false);
});

test('what a bucket that was away did not take is sent although nothing has changed since', async () => {
  const vm = await startVm({
    command: `echo only; ${untilFile('end')} #`,
    prepare: (google) => {
      google.fault = ({ name, count }) => (name === LOG && count <= 2 ? 503 : null);
    },
    metadata: { 'mymlops-heartbeat-seconds': '600' },
  });
  await vm.google.until('the log', () => vm.google.objects.get(LOG)?.data.toString() === 'only\n');
});

test('a large log is sent less often than a small one', async () => {
  const looksBetween = async (bytes: number): Promise<number> => {
    const vm = await startVm({
      command: `head -c ${bytes} /dev/zero | tr '\\0' x; until [ -e ~/end ]; do echo more; sleep 0.1; done #`,
      metadata: { 'mymlops-heartbeat-seconds': '1' },
    });
    const { google } = vm;
    const isLog = (call: string): boolean => call === `POST ${LOG}`;
    const sizes = (): number => google.objects.get(LOG)?.data.length ?? 0;
    await google.until('a whole log', () => sizes() >= bytes);
    const from = google.bucketCalls.findLastIndex(isLog);
    const since = (): string[] => google.bucketCalls.slice(from + 1);
    await google.until('the next', () => since().some(isLog));
    const calls = since();
    return calls.slice(0, calls.findIndex(isLog)).filter((call) => call === `GET ${PREFIX}fenced`).length;
  };
  // Each upload comes with a look for the fence, which is as often as ever.
  expect(await looksBetween(1000)).toBeLessThanOrEqual(2);
  expect(await looksBetween(12_000_000)).toBeGreaterThan(2);
});
