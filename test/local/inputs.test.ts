// What people type and what their repositories do, the whole way: odd names, odd notes, many at once, an output
// repository that is not what it should be.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Desk, newDesk, until } from './desk';

interface Result {
  run: string;
  notebook: string;
  status: string;
  publication: { state: string } | null;
  cleaned: boolean;
}

let desk: Desk;
beforeAll(async () => {
  desk = await newDesk();
});
afterAll(() => desk.close());

const gitIn = (repository: string, ...args: string[]): string =>
  execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8' });

async function commit(...args: string[]): Promise<{ code: number; stderr: string; results: Result[] }> {
  const { code, stdout, stderr } = await desk.client('commit', '--json', ...args);
  return { code, stderr, results: JSON.parse(stdout) as Result[] };
}

/** Names that a shell, git, a pattern, a URL or an option parser would read as something else. */
const NAMES = [
  "it's $(touch pwned) `touch pwned`.ipynb",
  'say "hi" & <b>;|>x.ipynb',
  'back\\slash.ipynb',
  'gl*ob [a-z]?{a,b}.ipynb',
  '~$HOME %s%n #1 !x.ipynb',
  'nfc \u00e9.ipynb',
  'nfd e\u0301 日本語 😀.ipynb',
  '-rf.ipynb',
  'deep/a/b/c/d/-n/same.ipynb',
  'same.ipynb',
];
const NOTES = 'a, "b" \'c\'\n\n😀 $(x) \\ `y`\u001b[31m\u0007';

test('ten notebooks at once under names of every kind: all run, all are published into one repository', async () => {
  for (const name of NAMES) desk.notebook(name, ['x = 1']);
  const { code, stderr, results } = await commit('-n', NOTES, '--', ...NAMES, './same.ipynb');
  expect({ code, stderr: code ? stderr : '' }).toEqual({ code: 0, stderr: '' });
  expect(results.map(({ notebook }) => notebook)).toEqual(NAMES);
  for (const result of results) expect(result).toMatchObject({ publication: { state: 'done' }, cleaned: true });

  const files = gitIn(desk.output, 'ls-tree', '-r', '-z', '--name-only', 'main').split('\0');
  for (const { run, notebook } of results) {
    expect(files).toContain(`${run}/${notebook.slice(notebook.lastIndexOf('/') + 1)}`);
    const metadata = JSON.parse(gitIn(desk.output, 'show', `main:${run}/metadata.json`)) as Record<string, unknown>;
    expect(metadata).toMatchObject({ notes: NOTES, notebook_path: notebook });
  }
  expect(gitIn(desk.output, 'rev-list', '--count', 'main').trim()).toBe('10');
  expect(gitIn(desk.output, 'log', '-1', '--format=%B', 'main')).toContain(`\n\n${NOTES}\n\nRun-Id: `);
  expect(existsSync(join(desk.project, 'pwned'))).toBe(false);
  expect(desk.vmProcesses()).toEqual([]);

  const [first, , slashed] = results;
  const document = await desk.show(first?.run);
  expect(document).toMatchObject({ notes: NOTES, notebook: NAMES[0] });
  const shown = await desk.client('show', first?.run ?? '');
  expect(shown.stdout).not.toContain('\u001b');
  expect((await desk.client('pull', slashed?.run ?? '', 'pulled')).code).toBe(0);
  expect(existsSync(join(desk.project, 'pulled', 'back\\slash.ipynb'))).toBe(true);
});

test.each([['show'], ['logs'], ['events'], ['pull'], ['publish'], ['cancel'], ['rm']])(
  '%s: a part of several ids is wrong usage, and names them',
  async (verb) => {
    const { code, stdout, stderr } = await desk.client(verb, '-');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^10 runs have "-" in their id\. Give more of the id:\n( {2}[-\w]+\n){10}/);
  },
);

test('a pull into a folder with work of its own writes nothing', async () => {
  const folder = join(desk.project, 'pulled');
  writeFileSync(join(folder, 'log.txt'), 'mine');
  const [last] = (await desk.client('ps', '--json').then(({ stdout }) => JSON.parse(stdout))) as { run: string }[];
  const { code, stderr } = await desk.client('pull', last?.run ?? '', 'pulled');
  expect(code).toBe(1);
  expect(stderr).toContain('Choose another folder, or overwrite with --force.');
  expect(readFileSync(join(folder, 'log.txt'), 'utf8')).toBe('mine');
  expect((await desk.client('pull', last?.run ?? '', 'pulled', '--force')).code).toBe(0);
});

/** A project folder's configuration with another output repository. */
function configure(url: string, branch = 'main'): void {
  const output = `  output_repository:\n    url: ${JSON.stringify(url)}\n    branch: ${branch}\n`;
  desk.write('mymlops.yml', `project: local\ncommit:\n  command: ./run.sh\n${output}`);
}

test('a path beside the project becomes a repository; gone after that, `publish` pushes when it is back', async () => {
  configure('../my results.git', 'runs/all');
  const repository = join(desk.project, '../my results.git');
  const first = await commit('same.ipynb');
  expect({ code: first.code, stderr: first.code ? first.stderr : '' }).toEqual({ code: 0, stderr: '' });
  expect(first.stderr).toContain(`Created the output repository ${repository}\n`);

  desk.notebook('breaks.ipynb', [
    `import os\nos.rename(${JSON.stringify(repository)}, ${JSON.stringify(`${repository}.away`)})`,
  ]);
  const { code, stderr, results } = await commit('breaks.ipynb');
  const run = results[0]?.run ?? '';
  expect({ code, results }).toMatchObject({
    code: 1,
    results: [{ status: 'succeeded', publication: { state: 'failed' }, cleaned: true }],
  });
  expect(stderr).toMatch(/failed: fatal: '.*my results\.git' does not appear to be a git repository\n/);
  expect(stderr).toContain(`mymlops-client publish ${run}`);
  expect((await desk.client('publish', run)).code).toBe(1);
  renameSync(`${repository}.away`, repository);
  expect(await desk.client('publish', run)).toMatchObject({ code: 0 });
  expect(gitIn(repository, 'ls-tree', '--name-only', 'runs/all')).toContain(run);
  await until('the run knows', async () => ((await desk.show(run)).publication?.state === 'done' ? true : undefined));
});

test('`publish` of results with names that no folder should hold: those are named and left out, the rest is pushed, exit 1', async () => {
  configure('../odd results.git');
  const repository = join(desk.project, '../odd results.git');
  desk.notebook('odd.ipynb', [
    `import os\nfor name in ("fine.txt", "bell\\x07.txt"):\n    open(os.path.join(os.environ["MYMLOPS_ARTIFACTS"], name), "w").write(name)`,
    `os.rename(${JSON.stringify(repository)}, ${JSON.stringify(`${repository}.away`)})`,
  ]);
  const { code, results } = await commit('-a', 'odd.ipynb');
  expect({ code, results }).toMatchObject({ code: 1, results: [{ status: 'succeeded' }] });
  const run = results[0]?.run ?? '';
  renameSync(`${repository}.away`, repository);
  const published = await desk.client('publish', run);
  expect({ code: published.code, stderr: published.stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/Left out: "artifacts\/bell\\u0007\.txt" is .*\n.* was published to /) as string,
  });
  const pushed = gitIn(repository, 'ls-tree', '-r', '--name-only', 'HEAD').split('\n');
  expect(pushed).toContain(`${run}/artifacts/fine.txt`);
  expect(pushed.filter((name) => name.includes('bell'))).toEqual([]);
});

test('what cannot be a commit leaves nothing: no run, no object in the bucket', async () => {
  const before = (await desk.client('ps', '--all', '--json')).stdout;
  const objects = (): string => execFileSync('find', [join(desk.home, 'storage')], { encoding: 'utf8' });
  desk.notebook('new.ipynb', ['print("never sent before")']);
  desk.write('broken.ipynb', '{"nbformat": 4,');
  desk.write('directory.ipynb/x', '');
  desk.notebook('../elsewhere.ipynb', ['x = 1']);
  const stored = objects();
  const refusedWith = async (code: number, sentence: RegExp, ...args: string[]): Promise<void> => {
    const refused = await commit(...args);
    const stderr = expect.stringMatching(sentence) as string;
    expect({ args, ...refused }).toEqual({ args, code, stderr, results: [] });
  };
  configure('../none/out.git');
  await refusedWith(1, /^output_repository\.url is .* does not exist\. Create that folder/, 'new.ipynb');
  configure('$MYMLOPS_HOME/repositories/out.git');
  await refusedWith(1, /^broken\.ipynb is not a notebook: .* Correct it there/, 'new.ipynb', 'broken.ipynb');
  await refusedWith(1, /^directory\.ipynb is a folder\. Give a notebook in it\./, 'new.ipynb', 'directory.ipynb');
  await refusedWith(2, /^-p "a b" is not a valid parameter name: /, 'new.ipynb', '-p', 'a b=1');
  await refusedWith(
    2,
    /^The notes have 10000 characters, but at most 4096 are allowed\. Shorten them\./,
    'new.ipynb',
    '-n',
    'x'.repeat(10_000),
  );
  await refusedWith(1, /^There is no mymlops\.yml in .* or above it\./, 'new.ipynb', '../elsewhere.ipynb');
  const large = Array.from({ length: 3 }, (_, index) => ['-p', `x${index}=${'y'.repeat(90_000)}`]).flat();
  const refused = await commit('new.ipynb', ...large);
  expect(refused).toMatchObject({ code: 1, results: [] });
  expect(refused.stderr).toContain('Move large values into a file of the project.');
  expect(objects()).toBe(stored);
  expect((await desk.client('ps', '--all', '--json')).stdout).toBe(before);
});
