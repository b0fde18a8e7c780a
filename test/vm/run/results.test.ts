// Which files are results of a run.
import { PREFIX, destroyVms, startVm } from '../start-vm';

afterEach(destroyVms);

test('results that came with the project and were not written by the run are not its results', async () => {
  const vm = await startVm({
    files: {
      'notebooks/metrics.json': '{"stale":1}',
      'notebooks/params.json': '{"stale":1}',
      'notebooks/artifacts/deep/stale.txt': 'old',
      'notebooks/artifacts/again.txt': 'same',
      'notebooks/artifacts/moved.txt': 'old',
    },
    command: [
      'cd notebooks/artifacts; printf same > again.txt; echo new > new.txt',
      'echo other > moved.txt; touch -t 200001010000 moved.txt; true',
    ].join('; '),
  });
  await vm.ended();
  expect(vm.google.outcomeOf(PREFIX).manifest.map((entry) => entry.path)).toEqual(
    expect.arrayContaining(['artifacts/again.txt', 'artifacts/moved.txt', 'artifacts/new.txt', 'params.json']),
  );
  expect(vm.google.objects.has(`${PREFIX}results/metrics.json`)).toBe(false);
  expect(vm.google.objects.has(`${PREFIX}results/artifacts/deep/stale.txt`)).toBe(false);
  expect(vm.result('params.json')).toBe('{"not known to be used":{"lr":0.1}}\n');
  expect(vm.result('log.txt')).toContain('not written by this run: 3');
});

test('metrics and parameters of the project that the run wrote are its own', async () => {
  const vm = await startVm({
    notebook: 'train.ipynb',
    files: { 'metrics.json': '{"a":1}', 'params.json': '{"a":1}' },
    command: 'echo 2 > metrics.json; echo 3 > params.json; true',
  });
  await vm.ended();
  expect(vm.result('metrics.json')).toBe('2\n');
  expect(vm.result('params.json')).toBe('3\n');
});

test('artifacts: regular files only, in any folder, under any name', async () => {
  const vm = await startVm({
    files: {
      'make.sh': [
        'cd notebooks/artifacts; mkdir -p "deep er/ü"; printf %s one > "deep er/ü/a+b&c=d #1%2.txt"',
        'ln -s /etc/passwd link; mkfifo fifo; : > empty; printf x > "two\nlines"; printf y > \'q"uo\\te\'; printf z > -n',
        'git init -q nested; printf n > nested/file',
      ].join('\n'),
    },
    command: 'bash make.sh',
  });
  await vm.ended();
  const { manifest, missing } = vm.google.outcomeOf(PREFIX);
  const paths = manifest.map((entry) => entry.path).filter((path) => !path.includes('/.git/'));
  expect(paths.toSorted()).toEqual(
    [
      'artifacts/-n',
      'artifacts/deep er/ü/a+b&c=d #1%2.txt',
      'artifacts/empty',
      'artifacts/nested/file',
      'artifacts/q"uo\\te',
      'log.txt',
      'params.json',
      'train.ipynb',
    ].toSorted(),
  );
  expect(missing.map(({ path }) => path)).toEqual(['artifacts/two\nlines']);
  expect(vm.result('artifacts/deep er/ü/a+b&c=d #1%2.txt')).toBe('one');
  expect(vm.result('log.txt')).toMatch(/not a regular file[^\n]*: link\n/);
  expect(vm.result('log.txt')).toMatch(/not a regular file[^\n]*: fifo\n/);
});

test('many results arrive, each once', async () => {
  const vm = await startVm({
    command: 'for i in {1..250}; do echo $i > notebooks/artifacts/$i; done; true',
  });
  await vm.ended();
  const { manifest } = vm.google.outcomeOf(PREFIX);
  expect(manifest).toHaveLength(253);
  expect(new Set(manifest.map((entry) => entry.path)).size).toBe(253);
  expect(vm.result('artifacts/250')).toBe('250\n');
});

test('a notebook that the command removed is listed as missing', async () => {
  const vm = await startVm({ command: 'rm' });
  await vm.ended();
  expect(vm.google.outcomeOf(PREFIX).missing.map((entry) => entry.path)).toEqual(['train.ipynb']);
});
