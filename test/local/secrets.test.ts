// Two markers: a secret of the command and a deploy key. Each is where it is needed, while it is, and afterwards nowhere but in
// the store of secrets.
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectOk, newDesk, until, type Desk } from './desk';
import { filesWith, formsOf } from './markers';
import { untilSettled } from './until-settled';

const VALUE = `marker-${randomBytes(16).toString('hex')}`;

let folder: string;
let key: string;
let desk: Desk;

/** In place of a host's sshd: checks that the key is the right one, and runs git's end of the connection here. */
const SSH = `#!/bin/bash
here=$(dirname "$0")/..
sed -n 3p "$here/id" | grep -laF -f - /proc/[0-9]*/environ /proc/[0-9]*/cmdline >>"$here/seen" 2>/dev/null
while [ $# -gt 1 ]; do
  if [ "$1" = -i ]; then ssh-keygen -y -f "$2" >"$here/public" || exit 255; fi
  shift
done
exec bash -c "$1"
`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mymlops-markers-'));
  execFileSync('git', ['init', '-q', '--bare', join(folder, 'out.git')]);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'deploy', '-f', join(folder, 'id')]);
  key = readFileSync(join(folder, 'id'), 'utf8').split('\n')[2] ?? '';
  execFileSync('mkdir', [join(folder, 'bin')]);
  writeFileSync(join(folder, 'bin/ssh'), SSH);
  chmodSync(join(folder, 'bin/ssh'), 0o755);
  writeFileSync(join(folder, 'value'), VALUE);
  desk = await newDesk({
    path: `${join(folder, 'bin')}:${process.env['PATH']}`,
    config: `project: local
commit:
  command: ./run.sh
  setup: echo "setup has $\${API_KEY-none}"
  secrets: [API_KEY]
  output_repository:
    url: ssh://git@example.org${folder}/out.git
    deploy_key: ${folder}/id
    branch: main
`,
  });
  desk.write('run.sh', '#!/bin/sh\necho "key is $API_KEY"\nexec python3 run_notebook.py "$1"\n', 0o755);
});
afterAll(async () => {
  await desk.close();
  rmSync(folder, { recursive: true, force: true });
});

const FORMS = (): string[] => [...formsOf(VALUE), ...formsOf(key)];

/** In the state folder or the project; the store of secrets is meant to hold them. */
const found = (): string[] => filesWith(FORMS(), [desk.home, desk.project], join(desk.home, 'secrets'));

interface Seen {
  pid: number;
  arguments: string;
  environment: string;
}

/** Processes come and go: one that has gone counts for nothing. */
function processes(): Seen[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const read = (file: string): string => readFileSync(`/proc/${name}/${file}`, 'latin1');
        return [{ pid: Number(name), arguments: read('cmdline'), environment: read('environ') }];
      } catch {
        return [];
      }
    });
}

test('while it runs, the command and its descendants have the secret, and nothing else; afterwards nothing has a marker', async () => {
  const stored = await desk.client('secrets', 'set', 'API_KEY', '--from-file', join(folder, 'value'));
  expectOk(stored);
  const go = join(desk.project, 'go');
  const notebook = desk.notebook('uses.ipynb', [
    'import hashlib, os, time\nprint("hash", hashlib.sha256(os.environ["API_KEY"].encode()).hexdigest(), flush=True)',
    `while not os.path.exists(${JSON.stringify(go)}): time.sleep(0.05)`,
  ]);
  const sent = expectOk(await desk.client('commit', '--detach', notebook));
  expect(sent.stderr).toMatch(/Stored the deploy key .*\/id as the secret deploy-key-/);
  const run = sent.stdout.trim();
  await until('the command runs', async () => /key is/.test((await desk.client('logs', run)).stdout) || undefined, 60);

  const all = processes();
  expect(all.filter((one) => FORMS().some((form) => one.arguments.includes(form)))).toEqual([]);
  const having = all.filter((one) => FORMS().some((form) => one.environment.includes(form)));
  expect(having.length).toBeGreaterThan(0);
  // The agent gives these variables to the command alone, and has the second one itself.
  const isOfCommand = ({ environment }: Seen): boolean =>
    environment.includes(`MYMLOPS_RUN=${run}\0`) && !environment.includes('GCE_METADATA_HOST=');
  expect(having.filter((one) => !isOfCommand(one))).toEqual([]);
  expect(having.filter((one) => one.environment.includes(key))).toEqual([]);
  expect(found()).toEqual([]);

  writeFileSync(go, '');
  await untilSettled(desk, run);
  expect(await desk.show(run)).toMatchObject({ status: 'succeeded', publication: { commit: expect.any(String) } });
  const log = expectOk(await desk.client('logs', run)).stdout;
  expect(log).toContain('setup has none\n');
  expect(log).toContain('key is ***\n');

  const git = (...args: string[]): string =>
    execFileSync('git', ['--git-dir', join(folder, 'out.git'), ...args], { encoding: 'latin1', maxBuffer: 1 << 26 });
  expect(git('show', `main:${run}/uses.ipynb`)).toContain(createHash('sha256').update(VALUE).digest('hex'));
  const objects = git('cat-file', '--batch-all-objects', '--batch');
  expect(FORMS().filter((form) => objects.includes(form))).toEqual([]);
  expect(readFileSync(join(folder, 'public'), 'utf8')).toBe(readFileSync(join(folder, 'id.pub'), 'utf8'));
  expect(readFileSync(join(folder, 'seen'), 'utf8')).toBe('');

  expect(found()).toEqual([]);
  expect(
    processes().filter((one) => FORMS().some((form) => `${one.arguments}${one.environment}`.includes(form))),
  ).toEqual([]);
  expect(readdirSync('/dev/shm').filter((name) => name.startsWith('mymlops-'))).toEqual([]);
  const document = JSON.stringify(await desk.show(run));
  expect(document).toContain('"secrets":["API_KEY"]');
  expect(FORMS().filter((form) => document.includes(form))).toEqual([]);
}, 180_000);

test('the search finds what it searches for', () => {
  desk.write('found.txt', `x${Buffer.from(`a ${VALUE} b`).toString('base64')}`);
  expect(found()).toEqual([join(desk.project, 'found.txt')]);
  rmSync(join(desk.project, 'found.txt'));
});

test('a commit that names a secret which is not stored sends nothing', async () => {
  desk.write('mymlops.yml', 'project: local\ncommit: {command: ./run.sh, secrets: [API_KEY, ABSENT]}\n');
  const { code, stderr } = await desk.client('commit', '--detach', desk.notebook('absent.ipynb', ['1']));
  expect(code).toBe(1);
  expect(stderr).toContain('The deployment mymlops has no secret ABSENT. Nothing was sent.');
  expect(stderr).toContain('mymlops-client secrets set ABSENT');
});

test('a secret that is removed before the VM reads it ends the run with its reason', async () => {
  const go = join(desk.project, 'go on');
  const wait = `until [ -e '${go}' ]; do sleep 0.05; done`;
  desk.write('mymlops.yml', `project: local\ncommit: {command: ./run.sh, setup: "${wait}", secrets: [LATER]}\n`);
  desk.write('.env', `LATER=${VALUE}\n`);
  const sent = expectOk(await desk.client('commit', '--detach', desk.notebook('later.ipynb', ['1'])));
  expect(sent.stderr).toContain('Stored as secrets, from .env: LATER');
  const run = sent.stdout.trim();
  await until('setup runs', async () => (await desk.show(run)).phase === 'setup' || undefined, 60);
  expectOk(await desk.client('secrets', 'rm', 'LATER'));
  writeFileSync(go, '');
  const { status, reason, message } = await untilSettled(desk, run);
  expect([status, reason]).toEqual(['failed', 'secret-unavailable']);
  expect(message).toContain('mymlops-client secrets set LATER');
});
