// Results as no publisher expects them: the agent alone. What can be kept is kept byte for byte, in bucket and repository;
// what cannot be is named.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PREFIX, RUN, destroyVms, git, startVm, type Vm, type VmOptions } from '../start-vm';

let folder: string;
let output: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mymlops-odd-'));
  output = join(folder, 'out.git');
  git(folder, 'init', '-q', '--bare', output);
});

afterEach(async () => {
  await destroyVms();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a script beside the notebook, in artifacts/, to the end of its publication. */
async function publish(script: string, options: VmOptions = {}): Promise<Vm> {
  const vm = await startVm({
    outputUrl: output,
    ...options,
    files: { 'do.sh': `#!/bin/bash\ncd notebooks/artifacts\n${script}\n`, ...options.files },
    command: 'bash do.sh',
  });
  await vm.giveVerdict();
  await vm.ended();
  return vm;
}

const outcomeOf = (vm: Vm) => vm.google.outcomeOf(PREFIX);
const keptBy = (vm: Vm): string[] => outcomeOf(vm).manifest.map(({ path }) => path);
const artifactsOf = (vm: Vm): string[] =>
  keptBy(vm)
    .filter((path) => path.startsWith('artifacts/'))
    .map((path) => path.slice('artifacts/'.length))
    .toSorted();
const publishedArtifacts = (): string[] =>
  git(output, 'ls-tree', '-r', '-z', '--name-only', 'main', `${RUN}/artifacts/`)
    .split('\0')
    .filter(Boolean)
    .map((path) => path.slice(`${RUN}/artifacts/`.length))
    .toSorted();

test.each([
  ['NaN, nested values and a key twice', '{"loss": NaN, "top": Infinity, "a": {"b": [1, {"c": null}]}, "a": 2}'],
  ['no object, and bytes that are not text', '["\\xff\\xfe"]'],
  ['no JSON', '{"a": '],
  ['nothing', ''],
])('metrics.json and params.json with %s stay as they are', async (_, text) => {
  const vm = await publish(`printf '${text}' > ../metrics.json; cp ../metrics.json ../params.json; cp ../*.json .`, {
    outputUrl: '',
  });
  const bytes = vm.google.objects.get(`${PREFIX}results/artifacts/metrics.json`)?.data;
  expect(vm.google.objects.get(`${PREFIX}results/metrics.json`)?.data).toEqual(bytes);
  expect(vm.google.objects.get(`${PREFIX}results/params.json`)?.data).toEqual(bytes);
  expect(outcomeOf(vm).missing).toEqual([]);
});

test('50 MB of metrics and an artifact of 200 MB arrive whole, in git as pointers', async () => {
  const vm = await publish(
    'head -c 52428801 /dev/zero > ../metrics.json; head -c 1 /dev/zero | dd of=model bs=1 seek=209715199 2>/dev/null',
  );
  const sizes = outcomeOf(vm).manifest.map(({ path, size }) => [path, size]);
  expect(sizes).toEqual(
    expect.arrayContaining([
      ['metrics.json', 52428801],
      ['artifacts/model', 209715200],
    ]),
  );
  expect(git(output, 'ls-tree', '-r', '--name-only', 'main', `${RUN}/`)).toContain(`${RUN}/metrics.json.pointer.json`);
  expect(publishedArtifacts()).toEqual(['model.pointer.json']);
});

test('links, fifos, sockets and devices are not results, and delay nothing', async () => {
  const vm = await publish(
    [
      'ln -s /etc/passwd out; ln -s nowhere dangling; ln -s loop loop; ln -s .. up; mkfifo fifo; : > file',
      `python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'`,
      'mkdir folder; ln -s ../folder folder/self',
    ].join('\n'),
  );
  expect(artifactsOf(vm)).toEqual(['file']);
  expect(publishedArtifacts()).toEqual(['file']);
  for (const name of ['out', 'dangling', 'loop', 'up', 'fifo', 'socket', 'folder/self']) {
    expect(vm.result('log.txt')).toContain(`not a regular file: ${name}\n`);
  }
  expect(outcomeOf(vm).missing).toEqual([]);
});

test('repositories among the artifacts are files without their inner life, and nothing of them runs', async () => {
  const vm = await publish(
    [
      'export GIT_CONFIG_GLOBAL=/dev/null; git init -q nested; git init -q --bare bare.git; echo n > nested/file',
      'for hook in pre-commit post-checkout pre-push reference-transaction; do',
      '  for folder in nested/.git bare.git; do',
      '    mkdir -p $folder/hooks; printf "#!/bin/sh\\ntouch $HOME/pwned\\n" > $folder/hooks/$hook; chmod +x $folder/hooks/$hook',
      '  done',
      'done',
      'mkdir sub; echo "gitdir: ../nested/.git" > sub/.git; echo s > sub/file',
    ].join('\n'),
  );
  const published = publishedArtifacts();
  expect(published).toEqual(expect.arrayContaining(['nested/file', 'sub/file', 'bare.git/HEAD']));
  expect(published.filter((path) => path.split('/').includes('.git'))).toEqual([]);
  expect(git(output, 'ls-tree', '-r', 'main')).not.toMatch(/^(160000|120000)/m);
  expect(outcomeOf(vm).missing).toEqual([]);
  expect(git(output, 'fsck', '--strict')).toBe('');
});

test('ignore files and attributes of the notebook hide and change nothing', async () => {
  const vm = await publish(
    [
      'echo "*" > .gitignore; printf "* text eol=crlf export-subst filter=evil ident working-tree-encoding=UTF-16\\n" > .gitattributes',
      'printf "a\\r\\nb\\n$Id$ $Format:%H$" > text; cp .gitignore .gitattributes "$HOME"; cp .gitattributes ..',
    ].join('\n'),
  );
  expect(publishedArtifacts()).toEqual(['.gitattributes', '.gitignore', 'text']);
  expect(git(output, 'cat-file', '-s', `main:${RUN}/artifacts/text`)).toBe(String(vm.result('artifacts/text').length));
  expect(vm.result('artifacts/text')).toContain('a\r\nb\n');
});

test('names in every alphabet, with every sign that a shell knows, long and deep', async () => {
  const names = [
    ...[
      'Привет',
      '你好',
      'שלום',
      '🙂',
      'e\u0301',
      'é',
      ' leading',
      'trailing ',
      '-rf',
      '--help',
      '$(touch x)',
      '`x`',
      "it's",
    ],
    ...['a"b', 'back\\slash', 'a*b?[c]', 'a;b&c|d', 'a#b%41', 'a+b=c', '~', '.hidden', '..x', 'a\tb', 'x'.repeat(255)],
    `${'d'.repeat(100)}/`.repeat(7) + 'deep',
  ];
  const make = names.map((name) => {
    const quoted = `'${name.replaceAll("'", `'\\''`)}'`;
    return `mkdir -p -- "$(dirname -- ${quoted})"; printf %s ${quoted} > ./${quoted}`;
  });
  const vm = await publish(make.join('\n'));
  expect(artifactsOf(vm)).toEqual(names.toSorted());
  expect(publishedArtifacts()).toEqual(names.toSorted());
  for (const name of names) expect(vm.result(`artifacts/${name}`)).toBe(name);
});

test('a name that no bucket takes is named as missing, and costs no other its place', async () => {
  const vm = await publish(`printf x > $'line\\nbreak'; printf x > $'latin-\\xe9'; printf x > fine`, {
    prepare: (google) => {
      google.fault = ({ name, method }) => (method === 'POST' && name.includes('\ufffd') ? 400 : null);
    },
  });
  expect(artifactsOf(vm)).toEqual(['fine']);
  expect(
    outcomeOf(vm)
      .missing.map(({ path }) => path)
      .toSorted(),
  ).toEqual(['artifacts/latin-\ufffd', 'artifacts/line\nbreak']);
});

test('files and folders that their own user may not read, run by a user, are kept', async () => {
  const vm = await publish('echo a > a; mkdir -p deep/er; echo b > deep/er/b; chmod 000 a deep/er/b deep/er deep', {
    asUser: true,
    outputUrl: '',
  });
  expect(artifactsOf(vm)).toEqual(['a', 'deep/er/b']);
  expect(outcomeOf(vm).missing).toEqual([]);
});

test('a repository that the notebook laid in wait for our own is not used', async () => {
  const vm = await publish(
    [
      'export GIT_CONFIG_GLOBAL=/dev/null; git init -q --bare "$HOME/.mymlops/output.git"; cd "$HOME/.mymlops/output.git"',
      'git config core.fsmonitor "touch $HOME/pwned"; git config url."ext::touch $HOME/pwned".insteadOf /',
    ].join('\n'),
  );
  expect(vm.state().publication).toHaveProperty('commit');
});

test('many small results are sent several at a time', async () => {
  const vm = await startVm({
    command: 'for i in {1..60}; do echo $i > notebooks/artifacts/$i; done; true',
  });
  await vm.ended();
  expect(keptBy(vm)).toHaveLength(63);
  expect(vm.google.mostAtOnce).toBeGreaterThan(4);
});
