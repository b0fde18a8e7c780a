// One whole run on a real VM: Google's own guest agent fetches the startup script and runs it as root under systemd. The image is
// bare, as Google's are: the agent installs git and makes a Python environment. The results are pushed over ssh with a deploy key,
// and neither that key nor the secret of the command is found where it should not be.
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expectSettled } from '../local/expect-settled';
import { expectOk } from '../local/desk';
import { filesWith, formsOf } from '../local/markers';
import { untilSettled } from '../local/until-settled';
import { bucketTrace, recordedTrace } from './bucket-calls';
import { startGitServer, type GitServer } from './git-server';
import { startRealCloud, type RealCloud } from './real-cloud';
import { writeWheel } from './wheel';

const VALUE = `marker-${randomBytes(16).toString('hex')}`;

/**
 * Prints the hash of the secret, how many processes have it in their environment and got it from none of their parents, and how
 * many have it in their arguments.
 */
const LOOK = `import glob, hashlib, os, sys, tiny
print(tiny.VALUE, sys.prefix)
secret = os.environ["API_KEY"].encode()
def read(pid, name):
    try: return open(f"/proc/{pid}/{name}", "rb").read()
    except OSError: return b""
pids = [entry.split("/")[2] for entry in glob.glob("/proc/[0-9]*")]
parent = {pid: read(pid, "stat").rpartition(b") ")[2].split()[1].decode() for pid in pids if read(pid, "stat")}
having = {pid for pid in parent if secret in read(pid, "environ")}
print("hash", hashlib.sha256(secret).hexdigest())
print("first", len([pid for pid in having if parent[pid] not in having]))
print("in arguments", len([pid for pid in pids if secret in read(pid, "cmdline")]))
os.sync()`;

let cloud: RealCloud;
let server: GitServer;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mymlops-whole-run-'));
  // When the VM pushes, it has its disk still: what is found then is noted.
  server = await startGitServer(`'${join(folder, 'look')}' >>'${join(folder, 'found')}' 2>&1`);
  cloud = await startRealCloud({
    bootsImage: true,
    config: `project: local
commit:
  command: ./run.sh
  setup: 'pip install --no-index --find-links wheels -r requirements.txt; echo "setup has $\${API_KEY-none}"'
  secrets: [API_KEY]
  output_repository:
    url: ${server.url}
    branch: main
    deploy_key: ${server.keyFile}
    known_hosts: ${JSON.stringify(server.knownHosts)}
`,
  });
}, 1_800_000);
afterAll(async () => {
  await cloud.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a notebook is run with what pip has installed, its results are in the bucket and pushed, the VM is gone, and no marker is left', async () => {
  const { desk } = cloud;
  const texts = [...formsOf(VALUE), ...formsOf(server.key.split('\n')[2] ?? '')];
  const store = join(desk.home, 'secrets');
  const folders = [desk.home, desk.project, join(dirname(desk.project), 'consoles'), server.repository];
  writeFileSync(join(folder, 'patterns'), texts.join('\n'));
  const quoted = folders.map((path) => `'${path}'`).join(' ');
  const look = `#!/bin/bash\necho looked\ngrep -rlaF -f '${join(folder, 'patterns')}' ${quoted} | grep -vF '${store}/'\n`;
  writeFileSync(join(folder, 'look'), look, { mode: 0o755 });
  writeFileSync(join(folder, 'value'), VALUE);
  expectOk(await desk.client('secrets', 'set', 'API_KEY', '--from-file', join(folder, 'value')));
  writeWheel(join(desk.project, 'wheels/tiny-1.0-py3-none-any.whl'), 'VALUE = 6 * 7\n');
  desk.write('requirements.txt', 'tiny==1.0\n');
  desk.write('run.sh', '#!/bin/sh\necho "key is $API_KEY"\nexec python3 run_notebook.py "$1"\n', 0o755);

  const committed = expectOk(await desk.client('commit', '--detach', desk.notebook('train.ipynb', [LOOK])));
  const run = committed.stdout.trim();
  const document = await untilSettled(desk, run, 1200);
  expect(document).toMatchObject({ status: 'succeeded', attempt: 1, publication: { commit: expect.any(String) } });
  expect(document.cleanedAt).toBeDefined();
  const log = expectOk(await desk.client('logs', run)).stdout;
  expect(log).toContain('42 /opt/mymlops/python');
  expect(log).toContain('setup has none\n');
  expect(log).toContain('key is ***\n');
  expect(log).toContain(`hash ${createHash('sha256').update(VALUE).digest('hex')}\nfirst 1\nin arguments 0\n`);
  expect(cloud.console(run, 1)).toMatch(/phase boot[^]*making a Python environment[^]*phase setup[^]*phase publish/);
  expect(bucketTrace(cloud.network, run, 1)).toEqual(recordedTrace('push done'));
  await expectSettled({ ...desk, output: server.repository });

  const git = (...args: string[]): string =>
    execFileSync('git', ['--git-dir', server.repository, ...args], { encoding: 'latin1', maxBuffer: 1 << 26 });
  expect(git('ls-tree', '--name-only', 'main')).toBe(`${run}\n`);
  expect(server.log()).toContain('Accepted publickey');
  // On its disk, its console and in all that the stand-ins keep, while the VM was pushing.
  expect(new Set(readFileSync(join(folder, 'found'), 'utf8').split('\n'))).toEqual(new Set(['looked', '']));
  expect(filesWith(texts, folders, store)).toEqual([]);
  const shown = JSON.stringify(document) + git('cat-file', '--batch-all-objects', '--batch');
  expect(texts.filter((text) => shown.includes(text))).toEqual([]);
}, 1_500_000);
