// A copy of a state folder, such as a backup, while the original is in use: nothing that is done with the copy touches the
// processes of the original.
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { destroyCloud } from '../../../deploy/local/destroy';
import { eventually } from './harness';
import { makePlace } from './cloud-process';
import { isRunning, startCloud, vmBody, ZONE, type Cloud, type Resource } from './compute/fixture';

let cloud: Cloud;
let vm: Resource;
let copy: string;
const pids = (): number[] =>
  readFileSync(join(cloud.vmFolder(vm), 'home/pids'), 'utf8')
    .trim()
    .split('\n')
    .map(Number);

beforeEach(async () => {
  cloud = await startCloud();
  const startup = `echo $$ >> pids; setsid bash -c 'echo $$ >> pids; touch ready; exec sleep 600' & exec sleep 600`;
  vm = await cloud.insert(vmBody({ name: 'original', startup }));
  await eventually(() => existsSync(join(cloud.vmFolder(vm), 'home/ready')));
  copy = `${cloud.folder}-copy`;
});
afterEach(async () => {
  rmSync(copy, { recursive: true, force: true });
  await cloud.end();
});

const copyTo = (to: string): void => cpSync(cloud.folder, to, { recursive: true });

test.each(['whole', 'without records'])(
  "a reset of the copy ended the original's VMs; records: %s",
  async (records) => {
    copyTo(join(copy, 'compute'));
    if (records !== 'whole') rmSync(join(copy, 'compute/compute.journal'));
    await destroyCloud(copy, () => {});
    expect(pids().map(isRunning)).toEqual([true, true]);
  },
);

test('a local cloud on the copy finds the VM off, and deletes it without touching the one of the original', async () => {
  copyTo(copy);
  const other = await startCloud({ folder: copy });
  expect(await other.ok('GET', `/zones/${ZONE}/instances/original`)).toMatchObject({ status: 'TERMINATED' });
  await other.done('DELETE', `/zones/${ZONE}/instances/original`);
  await other.end();
  expect(pids().map(isRunning)).toEqual([true, true]);
});

test.each(['original', 'copy'])('of a record of an earlier version, which names no folder, the %s', async (which) => {
  await cloud.service.close();
  const journal = join(cloud.folder, 'compute.journal');
  const text = readFileSync(journal, 'utf8');
  expect(text).toContain('"folderId":');
  cpSync(cloud.folder, copy, { recursive: true });
  const folder = which === 'copy' ? copy : cloud.folder;
  writeFileSync(join(folder, 'compute.journal'), text.replaceAll(/,"folderId":"[^"]*"/g, ''));
  const other = await startCloud({ folder });
  const { status } = await other.ok('GET', `/zones/${ZONE}/instances/original`);
  expect([status, isRunning(pids()[0] ?? 0)]).toEqual([which === 'copy' ? 'TERMINATED' : 'RUNNING', true]);
  await other.service.close();
  await cloud.restart();
});

test('a copy with a long path used the socket of the original, and deleted it', async () => {
  const place = makePlace({ subfolder: 'x'.repeat(100) });
  await place.startReady();
  const backup = `${place.folder}-copy`;
  cpSync(place.folder, backup, { recursive: true });
  const started = place.start('--state', backup);
  await eventually(() => started.stdout() === 'ready\n');
  expect(place.endpoints().pid).not.toBe(started.child.pid);
  const destroying = place.start('--state', backup, '--destroy');
  expect(await destroying.ended).toBe(1);
  started.child.kill('SIGTERM');
  expect(await started.ended).toBe(0);
  await place.publish('mymlops-requests', {});
  await eventually(() => place.calls().length > 0);
  await place.removeAll();
});
