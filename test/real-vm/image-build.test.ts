// An image built on a real VM, with Google's own guest agent and systemd: what its setup planted is nowhere on the image's
// disk, and a new VM that boots it has keys and an id of its own, and runs a notebook on what the setup has installed.
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imagePath } from '@mymlops/protocol';
import { BUILD, aBuild } from '../control/image-builds';
import { expectOk, until } from '../local/desk';
import { untilSettled } from '../local/until-settled';
import { startRealCloud, type RealCloud } from './real-cloud';
import { CONFIG, PATIENCE_SECONDS } from './runs';

const MARKER = `planted-${randomBytes(12).toString('hex')}`;
const SECRET = `secret-${randomBytes(12).toString('hex')}`;

const ID = '/etc/machine-id';

/** For a shell of root's on the VM, whose home is `~`. */
const PLANTED = `~/.ssh/id_rsa ~/.ssh/authorized_keys ~/.bash_history ~/.git-credentials ~/.netrc
  ~/.config/gcloud/adc.json ~/.docker/config.json ~/.kaggle/kaggle.json ~/.cache/huggingface/token
  /home/ann/.ssh/authorized_keys /home/ann/.python_history /etc/ssh/ssh_host_rsa_key /var/log/setup.log /var/tmp/x /tmp/x
  /var/lib/cloud/data/x /var/lib/systemd/random-seed /var/lib/apt/lists/x`;

/** The guest agent of this image makes host keys where its settings say so. */
const SETUP = `set -e
for file in ${PLANTED.replaceAll(/\s+/g, ' ')}; do
  mkdir -p "\${file%/*}"
  echo ${MARKER} >"$file"
done
mkdir -p /opt/models
ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
cp /etc/ssh/ssh_host_ed25519_key.pub /opt/models/host-key
cp ${ID} /opt/models/id
printf '#!/bin/sh\\necho the tool works\\n' >/usr/local/bin/tool
chmod +x /usr/local/bin/tool
sed -i 's/^set_host_keys = false/set_host_keys = true\\nhost_key_types = ed25519/' /etc/default/instance_configs.cfg
logger "${MARKER}" || true
echo "${MARKER}" >/run/kept-in-memory
echo "key is $API_KEY"
`;

const LOOK = `import subprocess
def read(path):
    return open(path).read().strip()
def differs(path, other):
    return read(path) != "" and read(path) != read(other)
tool = subprocess.run(["tool"], capture_output=True, text=True).stdout.strip()
print(tool, differs("${ID}", "/opt/models/id"),
    differs("/etc/ssh/ssh_host_ed25519_key.pub", "/opt/models/host-key"))`;

let cloud: RealCloud;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mymlops-image-build-'));
  cloud = await startRealCloud({ config: CONFIG });
}, 1_800_000);
afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The image's disk, and a folder with all files of it. */
function readImage(): { raw: string; files: string } {
  const find = ['-path', '*images*', '-name', 'disk.qcow2'];
  const [disk = ''] = execFileSync('find', [cloud.desk.home, ...find], { encoding: 'utf8' }).split('\n');
  const raw = join(folder, 'disk.raw');
  execFileSync('qemu-img', ['convert', '-O', 'raw', disk, raw]);
  const files = join(folder, 'files');
  mkdirSync(files);
  execFileSync('/sbin/debugfs', ['-R', `rdump / ${files}`, raw], { stdio: 'ignore' });
  return { raw, files };
}

/** Publishes a request as a client of a deployment on Google does: on this computer ours asks for no image. */
async function send(request: object): Promise<void> {
  const { pubsub, token } = cloud.desk.endpoints();
  const data = Buffer.from(JSON.stringify(request)).toString('base64');
  const response = await fetch(`http://${pubsub}/v1/projects/local/topics/mymlops-requests:publish`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [{ data }] }),
  });
  expect(response.status).toBe(200);
}

/** Commits the notebook to a VM on the image, with the project that the client has sent for a run that is then cancelled. */
async function commitOnImage(notebook: string): Promise<string> {
  const { desk } = cloud;
  const sent = expectOk(await desk.client('commit', '--detach', notebook)).stdout.trim();
  const { request } = await desk.show(sent);
  expectOk(await desk.client('cancel', sent));
  const run = `${sent.slice(0, -4)}zzzz`;
  await send({ ...request, run, machine: { ...request?.machine, image: 'family/mymlops-tools' } });
  return run;
}

interface Shown {
  status?: string;
  message?: string;
}

/** Status and message of the build once it has ended. */
function ended(build: string): Promise<Shown> {
  const look = async (): Promise<Shown | undefined> => {
    const { firestore, token } = cloud.desk.endpoints();
    const documents = 'projects/local/databases/mymlops-runs/documents';
    const response = await fetch(`http://${firestore}/v1/${documents}:batchGet`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ documents: [`${documents}/${imagePath(build)}`] }),
    });
    expect(response.status).toBe(200);
    const [answer] = (await response.json()) as { found?: { fields: Record<string, { stringValue?: string }> } }[];
    const fields = answer?.found?.fields ?? {};
    const status = fields['status']?.stringValue;
    const isOver = status === 'ready' || status === 'failed';
    return isOver ? { status, message: fields['message']?.stringValue ?? '' } : undefined;
  };
  return until(`${build} has ended`, look, PATIENCE_SECONDS);
}

test('a build leaves nothing planted on its disk, and a VM on the image has an identity of its own', async () => {
  const { desk } = cloud;
  writeFileSync(join(folder, 'value'), SECRET);
  expectOk(await desk.client('secrets', 'set', 'API_KEY', '--from-file', join(folder, 'value')));
  await send(aBuild({ name: 'tools', submittedAt: new Date().toISOString(), setup: SETUP, secrets: ['API_KEY'] }));
  expect([await ended(BUILD), cloud.console(BUILD, 1)]).toEqual([
    { status: 'ready', message: expect.stringContaining('is ready') },
    expect.stringMatching(/phase boot[^]*phase setup[^]*phase scrub/),
  ]);
  expect(cloud.console(BUILD, 1)).not.toContain(SECRET);

  const { raw, files } = readImage();
  // grep(1): 1 is for nothing found.
  const search = (text: string, where = files) =>
    spawnSync('grep', ['-rlaF', '-D', 'skip', text, '.'], { cwd: where, encoding: 'utf8' });
  for (const text of [MARKER, SECRET]) expect(search(text)).toMatchObject({ stdout: '', status: 1 });
  // In free blocks neither: the disk has taken them back.
  for (const text of [MARKER, SECRET]) expect(spawnSync('grep', ['-qaF', text, raw]).status).toBe(1);
  expect(search('the tool works').stdout).toBe('./usr/local/bin/tool\n');
  expect(readFileSync(join(files, ID), 'utf8')).toBe('');
  const traces = [
    'root/.mymlops',
    'root/repo',
    'var/lib/systemd/random-seed',
    'etc/google_instance_id',
    'etc/ssh/ssh_host_ed25519_key',
  ];
  expect(traces.filter((path) => existsSync(join(files, path)))).toEqual([]);
  expect(spawnSync('find', ['var/log', 'tmp', 'var/tmp', '-type', 'f'], { cwd: files, encoding: 'utf8' }).stdout).toBe(
    '',
  );
  expect(search('key is ***', join(desk.home, 'storage')).stdout).not.toBe('');

  const run = await commitOnImage(desk.notebook('look.ipynb', [LOOK]));
  const document = await untilSettled(desk, run, PATIENCE_SECONDS);
  expect([document.status, cloud.console(run, 1)]).toEqual([
    'succeeded',
    expect.not.stringContaining('making a Python environment'),
  ]);
  expect(expectOk(await desk.client('logs', run)).stdout).toContain('the tool works True True\n');
}, 2_400_000);
