// Completion in a real bash: verbs, options, and the runs of a cloud that runs already.
import { execFileSync, spawnSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Desk, expectOk, newDesk } from './desk';

const BIN = join(__dirname, '../../client/bin/mymlops-client.cjs');

let desk: Desk;
beforeAll(async () => {
  desk = await newDesk({ isCold: true });
  symlinkSync(BIN, join(desk.project, 'mymlops-client'));
}, 60_000);
afterAll(() => desk.close());

/** What bash offers after these words, the last of which is being typed. */
function complete(...words: string[]): string[] {
  const script = `
    source <(./mymlops-client completion bash); complete -p mymlops-client mymlops >&2
    COMP_WORDS=(./mymlops-client "$@"); COMP_CWORD=$#
    _mymlops_client; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const env = { PATH: process.env['PATH'], HOME: desk.home, MYMLOPS_HOME: desk.home };
  const options = { cwd: desk.project, env, encoding: 'utf8' } as const;
  const { stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', ...words], options);
  expect(stderr).toBe(
    ['mymlops-client', 'mymlops'].map((name) => `complete -o default -F _mymlops_client ${name}\n`).join(''),
  );
  return stdout.split('\n').filter(Boolean);
}

test.each([
  [['val'], ['validate']],
  [['run-'], []],
  [['local', 'd'], ['down']],
  [['--project', 'local', 'ps', '--j'], ['--json']],
  [['commit', '-n', 'notes', '--det'], ['--detach']],
  [['commit', 'x'], []],
])('%j', (words, offered) => {
  expect(complete(...words)).toEqual(offered);
});

test('runs are offered where RUN stands, and the cloud is not started for it', async () => {
  expect(complete('show', '')).toEqual(['latest']);
  expect(desk.isOwned()).toBe(false);
  const path = desk.notebook('a.ipynb', ['1']);
  const run = expectOk(await desk.client('commit', path, '--detach')).stdout.trim();
  expect(complete('show', run.slice(0, 8))).toEqual([run]);
  expect(complete('pull', run, run.slice(0, 8))).toEqual([]);
  expect(complete('cancel', run, 'lat')).toEqual(['latest']);
  expect(complete('rm', run, run.slice(0, 8))).toEqual([run]);
  expect(complete('rm', '--j')).toEqual(['--json']);
}, 60_000);

test.each(['zsh', 'fish'])('%s reads its script', async (shell) => {
  const { stdout } = expectOk(await desk.client('completion', shell));
  expect(stdout).toContain('mymlops-client');
  const isInstalled = spawnSync(shell, ['-c', 'true']).status === 0;
  if (isInstalled) execFileSync(shell, ['-n'], { input: stdout });
});
