// What a command keeps in MYMLOPS_CHECKPOINTS: saved on change and when the VM goes down, restored whole or not at all.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { base64 } from '@mymlops/protocol';
import type { VmGoogle } from '../../fakes/vm-google';
import { destroyVms, PREFIX, RUN, startVm, type Vm } from '../start-vm';

afterEach(destroyVms);

const BEFORE = `runs/${RUN}/attempts/1/checkpoints/`;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const manifestOf = (files: Record<string, string>): string =>
  [
    'mymlops-checkpoint 1',
    ...Object.entries(files).map(([path, text]) => `${sha256(text)} ${text.length} ${base64(path)}`),
    `end ${Object.keys(files).length}\n`,
  ].join('\n');

const manifests = ({ google }: Vm): string[] =>
  [...google.objects.keys()].filter((name) => name.startsWith(`${PREFIX}checkpoints/manifests/`));
const dataOf = ({ google }: Vm): string[] =>
  [...google.objects.keys()].filter((name) => name.startsWith(`${PREFIX}checkpoints/data/`));

const WRITES =
  'echo one > "$MYMLOPS_CHECKPOINTS/a"; mkdir "$MYMLOPS_CHECKPOINTS/b c"; echo two > "$MYMLOPS_CHECKPOINTS/b c/d"';

test('what the command keeps is saved while it runs, its manifest last', async () => {
  const vm = await startVm({ command: `${WRITES}; exec sleep 600 #` });
  await vm.google.until('a manifest', () => manifests(vm).length === 1);
  const [manifest = ''] = manifests(vm);
  expect(manifest).toBe(`${PREFIX}checkpoints/manifests/000001`);
  const lines = vm.google.text(manifest).trim().split('\n');
  expect(lines[0]).toBe('mymlops-checkpoint 1');
  expect(lines.at(-1)).toBe('end 2');
  expect(lines.slice(1, -1).toSorted()).toEqual(
    [`${sha256('one\n')} 4 ${base64('a')}`, `${sha256('two\n')} 4 ${base64('b c/d')}`].toSorted(),
  );
  const posts = vm.google.bucketCalls.filter((call) => call.startsWith('POST') && call.includes('/checkpoints/'));
  expect(posts.at(-1)).toBe(`POST ${manifest}`);
});

test('a file that stays is sent once, one that is replaced by another of an older time is sent', async () => {
  const command = `
    cd "$MYMLOPS_CHECKPOINTS"; echo same > kept; echo new > ../replacement; touch -t 200001010000 ../replacement
    echo old > changes; until [ -e ~/go ]; do sleep 0.05; done; mv ../replacement changes; exec sleep 600 #`;
  const vm = await startVm({ command });
  await vm.google.until('a manifest', () => manifests(vm).length === 1);
  vm.put('go', '');
  await vm.google.until('another', () => manifests(vm).length === 2);
  expect(dataOf(vm).toSorted()).toEqual(
    ['same\n', 'old\n', 'new\n'].map((text) => `${PREFIX}checkpoints/data/${sha256(text)}`).toSorted(),
  );
  const sent = vm.google.bucketCalls.filter((call) => call.endsWith(sha256('same\n')));
  expect(sent).toHaveLength(1);
});

test('a checkpoint whose upload fails has no manifest until it is whole', async () => {
  let refused = 0;
  const vm = await startVm({
    command: `${WRITES}; exec sleep 600 #`,
    prepare: (google) => {
      google.fault = ({ name }) => (name.endsWith(sha256('two\n')) && refused++ < 2 ? 503 : null);
    },
  });
  await vm.google.until('a manifest', () => manifests(vm).length === 1);
  expect(refused).toBeGreaterThanOrEqual(2);
  expect(dataOf(vm)).toHaveLength(2);
});

test('what was written last is saved when the VM goes down', async () => {
  const vm = await startVm({
    command: `until [ -e ~/go ]; do sleep 0.05; done; echo last > "$MYMLOPS_CHECKPOINTS/a"; : > ~/wrote; exec sleep 600 #`,
    metadata: { 'mymlops-progress-seconds': '600' },
  });
  await vm.google.until('execute', () => vm.google.reports.some(({ state }) => state.phase === 'execute'));
  vm.put('go', '');
  while (!existsSync(join(vm.home, 'wrote'))) await new Promise((done) => setTimeout(done, 10));
  await vm.shutDown();
  expect(vm.google.text(`${PREFIX}checkpoints/manifests/000001`)).toBe(manifestOf({ a: 'last\n' }));
});

test('bytes that the last two checkpoints do not hold are deleted', async () => {
  const command = `
    cd "$MYMLOPS_CHECKPOINTS"; echo same > kept
    for step in 1 2 3 4; do echo $step > step; until [ -e ~/go-$step ]; do sleep 0.05; done; done; exec sleep 600 #`;
  const vm = await startVm({ command });
  const numberOf = (name: string): number => Number(name.split('/').at(-1));
  for (let step = 1; step <= 4; step++) {
    await vm.google.until(`step ${step}`, () => manifests(vm).some((name) => numberOf(name) === step));
    vm.put(`go-${step}`, '');
  }
  await vm.google.until('the old ones to go', () => dataOf(vm).length === 3 && manifests(vm).length === 2);
  expect(dataOf(vm).toSorted()).toEqual(
    ['same\n', '3\n', '4\n'].map((text) => `${PREFIX}checkpoints/data/${sha256(text)}`).toSorted(),
  );
  expect(manifests(vm).map(numberOf)).toEqual([3, 4]);
});

describe('an attempt that follows', () => {
  const SHOWS =
    'cd "$MYMLOPS_CHECKPOINTS"; echo "attempt $MYMLOPS_ATTEMPT"; find . -type f -print0 | sort -z | xargs -0 -r head #';

  async function second(prepare: (google: VmGoogle) => void): Promise<Vm> {
    const vm = await startVm({
      attempt: 2,
      command: SHOWS,
      metadata: { 'mymlops-checkpoint-64': base64(`${BEFORE}manifests/000003`) },
      prepare,
    });
    await vm.google.until('the end', () => vm.google.reports.some(({ state }) => state.outcome));
    return vm;
  }

  const logOf = (vm: Vm): string => vm.google.text(`runs/${RUN}/attempts/2/results/log.txt`);
  const put = (google: VmGoogle, manifest: string, texts: string[]): void => {
    google.put(`${BEFORE}manifests/000003`, manifest);
    for (const text of texts) google.put(`${BEFORE}data/${sha256(text)}`, text);
  };

  test('finds the checkpoint in its folder', async () => {
    const files = { a: 'one\n', 'b c/d é': 'two\n' };
    const vm = await second((google) => put(google, manifestOf(files), Object.values(files)));
    expect(logOf(vm)).toContain(`mymlops: restored the checkpoint ${BEFORE}manifests/000003, files: 2`);
    expect(logOf(vm)).toMatch(/attempt 2\n==> .\/a <==\none\n\n==> .\/b c\/d é <==\ntwo\n/);
  });

  test.each<[string, string, string[]]>([
    ['a file is missing', manifestOf({ a: 'one\n', b: 'two\n' }), ['one\n']],
    ['the manifest is cut off', manifestOf({ a: 'one\n' }).replace(/end.*/, ''), ['one\n']],
    ['the manifest is another text', '<html>', []],
    ['a path is absolute', manifestOf({ '/tmp/x': 'one\n' }), ['one\n']],
    ['a path leaves the folder', manifestOf({ 'a/../../x': 'one\n' }), ['one\n']],
    ['a path holds a line break', manifestOf({ 'a\nb': 'one\n' }), ['one\n']],
    ['a file is a folder of another', manifestOf({ a: 'one\n', 'a/b': 'two\n' }), ['one\n', 'two\n']],
    [
      'a path comes twice',
      manifestOf({ a: 'one\n' }).replace('end 1', '').trim() +
        manifestOf({ a: 'one\n' }).slice(20).replace('end 1', 'end 2'),
      ['one\n'],
    ],
    ['it is too large', `mymlops-checkpoint 1\n${'a'.repeat(64)} 999999999999 ${base64('a')}\nend 1\n`, []],
  ])('runs from the start where %s', async (_name, manifest, texts) => {
    const vm = await second((google) => put(google, manifest, texts));
    expect(logOf(vm)).toMatch(/is not restored: .*\. The notebook runs from the start\.\nattempt 2\n$/);
  });

  test('runs from the start where a file is not what was saved', async () => {
    const vm = await second((google) => {
      put(google, manifestOf({ a: 'one\n' }), []);
      google.put(`${BEFORE}data/${sha256('one\n')}`, 'two\n');
    });
    expect(logOf(vm)).toMatch(/is not what was saved\. The notebook runs from the start\.\nattempt 2\n$/);
  });

  test('runs from the start where the manifest is gone', async () => {
    const vm = await second(() => undefined);
    expect(logOf(vm)).toContain('its manifest cannot be read. The notebook runs from the start.');
  });
});

test('a checkpoint of too many files is refused with a sentence, once', async () => {
  const vm = await startVm({
    command:
      'mkdir ~/many; for ((i = 0; i < 1001; i++)); do : > ~/many/$i; done; mv ~/many "$MYMLOPS_CHECKPOINTS"; sleep 4 #',
  });
  await vm.ended();
  expect(vm.result('log.txt').match(/mymlops: the checkpoint is not saved: it has more than 1000 files/g)).toHaveLength(
    1,
  );
  expect(manifests(vm)).toEqual([]);
});
