// What agent.sh does to the output repository: real git, real pushes, and everything that gets in their way.
import { execFileSync } from 'node:child_process';
import { LARGEST_FILE_IN_GIT, POINTER_SUFFIX, pointerText } from '@mymlops/protocol';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PREFIX, RUN, destroyVms, git, startVm, type Vm } from '../start-vm';
import { BUCKETS } from '../../fakes/buckets';

const NOBODY = 65534;
let folder: string;
let output: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mymlops-output-'));
  output = join(folder, 'öut put.git');
  git(folder, 'init', '-q', '--bare', output);
});

afterEach(async () => {
  await destroyVms();
  rmSync(folder, { recursive: true, force: true });
});

/** Gives the branch a first commit with these files. */
function seed(files: Record<string, string>): string {
  const clone = mkdtempSync(join(folder, 'clone-'));
  git(clone, 'init', '-q');
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(clone, name, '..'), { recursive: true });
    writeFileSync(join(clone, name), content);
  }
  git(clone, 'add', '-A', '-f');
  git(clone, 'commit', '-q', '-m', 'seed');
  git(clone, 'push', '-q', output, 'HEAD:refs/heads/main');
  return git(clone, 'rev-parse', 'HEAD');
}

function hook(name: string, script: string): void {
  const file = join(output, 'hooks', name);
  mkdirSync(join(output, 'hooks'), { recursive: true });
  writeFileSync(file, `#!/bin/bash\n${script}\n`);
  chmodSync(file, 0o755);
}

const filesOf = (commit = 'main'): string[] =>
  git(output, 'ls-tree', '-r', '--name-only', commit).split('\n').toSorted();
const blob = (path: string): string => git(output, 'show', `main:${path}`);
const publicationOf = (vm: Vm): { commit?: string; message?: string } => vm.state().publication ?? {};

async function publish(options: Parameters<typeof startVm>[0] = {}): Promise<Vm> {
  const vm = await startVm({ outputUrl: output, ...options });
  await vm.giveVerdict();
  await vm.ended();
  return vm;
}

test('an empty repository gets its first commit', async () => {
  const vm = await publish({
    command: 'echo art > notebooks/artifacts/a.txt; echo {} > notebooks/metrics.json; cat',
  });
  expect(publicationOf(vm)).toEqual({ commit: git(output, 'rev-parse', 'main') });
  expect(filesOf()).toEqual(
    ['artifacts/a.txt', 'log.txt', 'metadata.json', 'metrics.json', 'params.json', 'train.ipynb'].map(
      (name) => `${RUN}/${name}`,
    ),
  );
  expect(blob(`${RUN}/artifacts/a.txt`)).toBe('art');
  expect(git(output, 'log', '-1', '--format=%an|%ae|%cn|%ce|%P|%s')).toBe(
    `Zoë "Q" Müller|zoe@example.com|Zoë "Q" Müller|zoe@example.com||commit ${RUN}: notebooks/train.ipynb [succeeded] nötes`,
  );
});

test('a repository with a history keeps it, and its other files, byte for byte', async () => {
  const tip = seed({ 'README.md': 'mine', 'täg/file': 'x', '.gitattributes': '* text=auto eol=lf\n*.txt filter=evil' });
  await publish({ command: 'printf "a\\r\\nb\\r\\n" > notebooks/artifacts/crlf.txt; true' });
  expect(git(output, 'rev-parse', 'main^')).toBe(tip);
  expect(filesOf()).toEqual(expect.arrayContaining(['.gitattributes', 'README.md', 'täg/file']));
  expect(git(output, 'cat-file', '-s', `main:${RUN}/artifacts/crlf.txt`)).toBe('6');
  // A clone was never clean: its rules made other files of these.
  const clone = join(folder, 'clone');
  git(folder, 'clone', '-q', output, clone);
  git(clone, '-c', 'filter.evil.clean=tr a b', 'add', '--renormalize', '.');
  expect(git(clone, 'status', '--short')).toBe('');
  expect(git(output, 'fsck', '--strict')).toBe('');
});

test('a repository of SHA-256 was refused with "the remote end hung up unexpectedly", after three tries', async () => {
  output = join(folder, 'sha256.git');
  git(folder, 'init', '-q', '--bare', '--object-format=sha256', output);
  const first = await publish();
  expect(publicationOf(first)).toEqual({ commit: git(output, 'rev-parse', 'main') });
  const other = await publish({ run: RUN.replace('abcd', 'efgh') });
  expect(publicationOf(other)).toEqual({ commit: git(output, 'rev-parse', 'main') });
  expect(git(output, 'rev-parse', 'main^')).toBe(publicationOf(first).commit);
  expect(git(output, 'fsck', '--strict')).toBe('');
});

test('a git that makes repositories of SHA-256 by default, as git 3 does, failed every run', async () => {
  const vm = await publish({
    files: { 'notebooks/artifacts/old.txt': 'came with the project' },
    tools: { git: 'export GIT_DEFAULT_HASH=sha256 GIT_DEFAULT_REF_FORMAT=reftable' },
  });
  expect(publicationOf(vm)).toEqual({ commit: git(output, 'rev-parse', 'main') });
  expect(filesOf()).not.toContain(`${RUN}/artifacts/old.txt`);
});

const ownedByAnother = process.getuid?.() === 0 ? test : test.skip;

ownedByAnother('a repository of another user is pushed to where the committing user has declared it safe', async () => {
  chownSync(output, NOBODY, NOBODY);
  const refused = await publish();
  expect(publicationOf(refused).message).toMatch(/^fatal: detected dubious ownership in repository at/);
  // A configuration that the notebook leaves behind declares nothing.
  const declared = await publish({
    command: 'git config --file .gitconfig safe.directory "*"; cp .gitconfig ~/; true',
  });
  expect(publicationOf(declared).message).toMatch(/^fatal: detected dubious ownership in repository at/);
  const vm = await publish({ metadata: { 'mymlops-output-safe': 'true' } });
  expect(publicationOf(vm)).toEqual({ commit: git(output, '-c', 'safe.directory=*', 'rev-parse', 'main') });
});

test('a missing branch is made beside the existing ones', async () => {
  const tip = seed({ 'README.md': 'mine' });
  git(output, 'update-ref', 'refs/heads/other', tip);
  git(output, 'update-ref', '-d', 'refs/heads/main');
  await publish();
  expect(git(output, 'log', '--format=%s', 'main').split('\n')).toHaveLength(1);
  expect(git(output, 'rev-parse', 'other')).toBe(tip);
});

test('an older folder of the run is replaced whole', async () => {
  seed({
    [`${RUN}/old.txt`]: 'old',
    [`${RUN}/metadata.json`]: `{"commit": "${RUN}", "attempt": 1}`,
    [`${RUN}x/keep`]: '',
  });
  await publish({ attempt: 2 });
  expect(filesOf()).toEqual(
    [`${RUN}/log.txt`, `${RUN}/metadata.json`, `${RUN}/params.json`, `${RUN}/train.ipynb`, `${RUN}x/keep`].toSorted(),
  );
});

test('a tip that holds this run and attempt is done already', async () => {
  const tip = seed({ [`${RUN}/metadata.json`]: `{"notes": "\\"attempt\\": 7", "commit": "${RUN}", "attempt": 1}` });
  const vm = await publish();
  expect(publicationOf(vm)).toEqual({ commit: tip });
  expect(git(output, 'rev-parse', 'main')).toBe(tip);
});

test('a newer attempt is not replaced', async () => {
  const tip = seed({ [`${RUN}/metadata.json`]: `{"commit": "${RUN}", "attempt": 2}` });
  const vm = await publish();
  expect(publicationOf(vm).message).toContain('already holds attempt 2');
  expect(git(output, 'rev-parse', 'main')).toBe(tip);
});

test('artifacts stay in the bucket unless asked for', async () => {
  const vm = await publish({
    command: 'echo art > notebooks/artifacts/a.txt; true',
    metadata: { 'mymlops-artifacts': 'false' },
  });
  expect(vm.result('artifacts/a.txt')).toBe('art\n');
  expect(filesOf()).not.toContain(`${RUN}/artifacts/a.txt`);
});

test('a nested repository, an ignore file and odd names are files like any other', async () => {
  await publish({
    files: {
      'make.sh': [
        'cd notebooks/artifacts; git init -q nested; echo n > nested/file; echo "*" > .gitignore; mkdir .GIT; : > .GIT/x',
        'git -C nested config core.fsmonitor "touch $HOME/pwned"; : > \'q"uo\\te\'; : > "a b\tc"; : > ü',
      ].join('\n'),
    },
    command: 'bash make.sh',
  });
  const names = git(output, 'ls-tree', '-r', '-z', '--name-only', 'main').split('\0').filter(Boolean);
  const artifacts = names
    .filter((name) => name.includes('/artifacts/'))
    .map((name) => name.split('/artifacts/')[1] ?? '');
  expect(artifacts.toSorted()).toEqual(['.gitignore', 'a b\tc', 'nested/file', 'q"uo\\te', 'ü'].toSorted());
  expect(git(output, 'ls-tree', '-r', 'main')).not.toMatch(/^(160000|120000)/m);
});

test('a file too large for git is a pointer to the bucket', async () => {
  const vm = await publish({
    command: [
      `head -c ${LARGEST_FILE_IN_GIT + 1} /dev/zero > 'notebooks/artifacts/mö"del.bin'`,
      `head -c ${LARGEST_FILE_IN_GIT} /dev/zero > notebooks/artifacts/small.bin; true`,
    ].join('; '),
  });
  const entry = vm.google.outcomeOf(PREFIX).manifest.find(({ path }) => path === 'artifacts/mö"del.bin');
  const content = execFileSync('git', ['-C', output, 'show', `main:${RUN}/artifacts/mö"del.bin${POINTER_SUFFIX}`]);
  const names = git(output, 'ls-tree', '-r', '-z', '--name-only', 'main').split('\0');
  // As `publish` writes it, to the byte: who reads pointers needs one parser.
  expect(content.toString()).toBe(
    pointerText({
      bucket: BUCKETS.results,
      object: `${PREFIX}results/artifacts/mö"del.bin`,
      size: LARGEST_FILE_IN_GIT + 1,
      sha256: entry?.sha256 ?? '',
    }),
  );
  expect(names).not.toContain(`${RUN}/artifacts/mö"del.bin`);
  expect(names).toContain(`${RUN}/artifacts/small.bin`);
});

test('configuration and hooks that the notebook leaves behind do not run', async () => {
  const vm = await publish({
    files: {
      'evil.sh': [
        'cd; mkdir -p hooks .config/git; printf "#!/bin/bash\\ntouch $HOME/pwned\\n" > hooks/pre-push; chmod +x hooks/*',
        'cp hooks/pre-push hooks/reference-transaction; cp hooks/pre-push hooks/post-index-change',
        'git config --file .gitconfig core.hooksPath "$HOME/hooks"',
        'git config --file .gitconfig credential.helper "!touch $HOME/pwned"',
        'git config --file .gitconfig core.fsmonitor "touch $HOME/pwned"; cp .gitconfig .config/git/config',
        'echo "url = file:///etc/passwd" > .curlrc; echo "proxy = http://127.0.0.1:1" >> .curlrc',
      ].join('\n'),
    },
    command: 'bash evil.sh',
  });
  expect(publicationOf(vm).commit).toBeDefined();
  expect(existsSync(join(vm.home, 'pwned'))).toBe(false);
});

test('a push that loses a race is built anew on the new tip', async () => {
  seed({ 'README.md': 'mine' });
  // Someone is faster, three times: the hook moves the branch between our fetch and the update.
  hook(
    'update',
    [
      'n=$(cat hooks/count 2>/dev/null || echo 0); if [ "$n" -ge 3 ]; then exit 0; fi; echo $((n + 1)) > hooks/count',
      'unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES',
      'c=$(GIT_AUTHOR_NAME=o GIT_AUTHOR_EMAIL=o GIT_COMMITTER_NAME=o GIT_COMMITTER_EMAIL=o git commit-tree main^{tree} -p main -m other)',
      'git update-ref refs/heads/main "$c"',
    ].join('\n'),
  );
  const vm = await publish();
  expect(publicationOf(vm)).toEqual({ commit: git(output, 'rev-parse', 'main') });
  expect(git(output, 'log', '--format=%s', 'main').split('\n')).toEqual([
    expect.stringContaining(RUN),
    'other',
    'other',
    'other',
    'seed',
  ]);
});

test('two VMs push to one repository', async () => {
  const other = RUN.replace('abcd', 'efgh');
  const vms = await Promise.all([publish(), publish({ run: other })]);
  expect(vms.map((vm) => Boolean(publicationOf(vm).commit))).toEqual([true, true]);
  expect(git(output, 'ls-tree', '--name-only', 'main').split('\n')).toEqual([RUN, other]);
  expect(git(output, 'log', '--format=%s', 'main').split('\n')).toHaveLength(2);
});

test('a push that a hook refuses is reported with its reason and what to do, and changes nothing else', async () => {
  hook('pre-receive', 'echo "policy: no pushes on Fridays, see https://bob:secret@host/x" >&2; exit 1');
  const vm = await publish();
  expect(publicationOf(vm).message).toBe(
    'The output repository refused the push (pre-receive hook declined). Allow it there, or choose another output_repository.branch for the next run. It said: policy: no pushes on Fridays, see https://host/x',
  );
  expect(vm.google.outcomeOf(PREFIX)).toMatchObject({ command: { exit: 0 } });
});

// As GitHub and GitLab say it: in several lines, filled up with spaces, some with nothing in them.
test.each([
  [
    'protected branch hook declined',
    ['error: GH006: Protected branch update failed for refs/heads/main.', 'error: Changes must be made through a PR.'],
    'error: GH006: Protected branch update failed for refs/heads/main. error: Changes must be made through a PR.',
  ],
  [
    'push declined due to repository rule violations',
    ['error: GH013: Repository rule violations found.', '', '- Changes must be signed.', '', ''],
    'error: GH013: Repository rule violations found. - Changes must be signed.',
  ],
  [
    'pre-receive hook declined',
    ['', '========', '', 'GitLab: You are not allowed to push to protected branches.', '', '========', ''],
    'GitLab: You are not allowed to push to protected branches.',
  ],
])('a host that refuses, "%s", is called once, and the message has all that it says', async (declined, lines, said) => {
  const answer = [
    ...lines.map((line) => `remote: ${line}        `),
    'To github.com:me/results.git',
    ` ! [remote rejected] 5d1ff00 -> main (${declined})`,
    "error: failed to push some refs to 'github.com:me/results.git'",
  ];
  const file = join(folder, 'answer');
  writeFileSync(file, `${answer.join('\n')}\n`);
  const pushes = join(folder, 'pushes');
  const tools = { git: `case "$*" in *" push "*) echo push >>'${pushes}'; cat '${file}' >&2; exit 1 ;; esac` };
  const vm = await publish({ tools, hurried: true });
  expect(readFileSync(pushes, 'utf8')).toBe('push\n');
  expect(publicationOf(vm).message).toBe(
    `The output repository refused the push (${declined}). Allow it there, or choose another output_repository.branch for the next run. It said: ${said}`,
  );
});

test('a branch that is checked out was reported with the last of sixteen lines, on a configuration variable', async () => {
  output = join(folder, 'work');
  git(folder, 'init', '-q', '--initial-branch=main', output);
  const vm = await publish();
  expect(publicationOf(vm).message).toBe(
    'The branch is checked out in that repository, and git refuses a push to such a branch. Check out another branch there, or choose another output_repository.branch for the next run.',
  );
});

test('a push that never ends is given up, and says so', async () => {
  hook('pre-receive', 'exec sleep 600 >/dev/null 2>&1');
  const vm = await publish({ hurried: true });
  expect(publicationOf(vm).message).toMatch(/^The push gave up after \d+ s/);
});

test('a folder that cannot be listed loses the repository nothing', async () => {
  const tip = seed({ 'README.md': 'mine' });
  const vm = await publish({
    tools: { git: 'case "$*" in *output.git*" ls-tree "*) echo "fatal: cannot read" >&2; exit 128 ;; esac' },
  });
  expect(publicationOf(vm).message).toContain('cannot read');
  expect(git(output, 'rev-parse', 'main')).toBe(tip);
});

test('a repository that does not exist is reported without the credentials of its address', async () => {
  const vm = await publish({ outputUrl: 'https://user:secret@127.0.0.1:1/x.git' });
  expect(publicationOf(vm).message).toMatch(/127\.0\.0\.1/);
  expect(publicationOf(vm).message).not.toContain('secret');
});

test.each([
  'Host key verification failed.',
  'git@example.org: Permission denied (publickey).',
  'ssh: connect to host example.org port 22: Connection refused',
])('%j was reported as "Could not read from remote repository"', async (sentence) => {
  const tools = { ssh: `echo "${sentence}" >&2; exit 255` };
  const vm = await publish({ outputUrl: 'git@example.org:me/results.git', tools, hurried: true });
  expect(publicationOf(vm).message).toBe(sentence);
});

test('git asks nobody for a password', async () => {
  const asked = join(folder, 'asked');
  const ssh = `echo "$*" >"${asked}"; env >>"${asked}"; [ -t 0 ] && echo terminal >>"${asked}"; exit 255`;
  const vm = await publish({ outputUrl: 'git@example.org:me/results.git', tools: { ssh }, hurried: true });
  // Told without a word of ssh's, this was reported as published, with no commit.
  expect(publicationOf(vm).message).toBe('fatal: Could not read from remote repository.');
  const said = readFileSync(asked, 'utf8').split('\n');
  expect(said[0]).toContain('-oBatchMode=yes');
  expect(said).toEqual(expect.arrayContaining(['GIT_TERMINAL_PROMPT=0', 'GIT_ASKPASS=', 'SSH_ASKPASS=']));
  expect(said).not.toContain('terminal');
});

test('a path without a repository is named', async () => {
  const vm = await publish({ outputUrl: join(folder, 'none.git') });
  expect(publicationOf(vm).message).toMatch(/^fatal: '.*none\.git' does not appear to be a git repository$/);
});

test('a protocol that runs programs is refused', async () => {
  const vm = await publish({ outputUrl: `ext::touch ${join(folder, 'pwned')}` });
  expect(publicationOf(vm).message).toMatch(/not allowed/);
});

test('nothing is pushed before the result is sent', async () => {
  const vm = await startVm({ outputUrl: output });
  await vm.google.until('outcome', () => vm.google.reports.some(({ state }) => state.outcome));
  expect(git(output, 'for-each-ref')).toBe('');
  await vm.giveVerdict();
  await vm.ended();
  expect(git(output, 'for-each-ref')).not.toBe('');
});

test('a run that failed before its command publishes its log', async () => {
  const vm = await publish({ prepare: (google) => google.objects.delete('sources/tree.bundle') });
  expect(publicationOf(vm).commit).toBeDefined();
  expect(filesOf()).toEqual([`${RUN}/log.txt`, `${RUN}/metadata.json`]);
});
