// The local cloud goes and comes back: VMs live on, and nothing is half done.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fakeClock } from '../../../fakes/clock';
import { startChild } from './child';
import { eventually } from '../harness';
import { isRunning, startCloud, vmBody, ZONE, type Cloud, type Resource } from './fixture';

const INSTANCES = `/zones/${ZONE}/instances`;
const clouds: Cloud[] = [];
const begin = async (...args: Parameters<typeof startCloud>): Promise<Cloud> => {
  const cloud = await startCloud(...args);
  clouds.push(cloud);
  return cloud;
};
const others: ChildProcess[] = [];
afterEach(async () => {
  for (const other of others.splice(0)) other.kill('SIGKILL');
  for (const cloud of clouds.splice(0)) await cloud.end();
});

const REPORTER = `echo $$ > pid; echo "$GCE_METADATA_HOST" > host; touch ready; exec sleep 100`;
const home = (cloud: Cloud, vm: Resource, name: string): string => join(cloud.vmFolder(vm), 'home', name);
const isReady = (cloud: Cloud, vm: Resource) => () => existsSync(home(cloud, vm, 'ready'));
const pidOf = (cloud: Cloud, vm: Resource): number => Number(readFileSync(home(cloud, vm, 'pid'), 'utf8'));

test('a VM outlives a kill -9 of the local cloud: same process, same metadata port, and it can still be deleted', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'compute-'));
  const child = await startChild(folder);
  const bodies = ['lives', 'dies'].map((name) => vmBody({ name, startup: REPORTER, metadata: { key: name } }));
  const inserts = await Promise.all(bodies.map((body) => child.insert(body)));
  const late = await child.post('/instances', vmBody({ name: 'late' })); // accepted, and no more
  await child.kill();

  const vms = inserts.map(({ targetId }): Resource => ({ id: targetId }));
  const [lives = {}, dies = {}] = vms;
  await eventually(() => vms.every((vm) => existsSync(join(folder, 'vms', vm.id, 'home', 'ready'))));
  const pid = Number(readFileSync(join(folder, 'vms', lives.id, 'home', 'pid'), 'utf8'));
  process.kill(Number(readFileSync(join(folder, 'vms', dies.id, 'home', 'pid'), 'utf8')), 'SIGKILL');

  const cloud = await begin({ folder });
  const status = async (name: string): Promise<string> => (await cloud.ok('GET', `${INSTANCES}/${name}`)).status;
  expect(await status('lives')).toBe('RUNNING');
  await eventually(async () => (await status('dies')) === 'TERMINATED');
  expect(isRunning(pid)).toBe(true);
  const host = readFileSync(home(cloud, lives, 'host'), 'utf8').trim();
  const answer = await fetch(`http://${host}/computeMetadata/v1/instance/attributes/key`, {
    headers: { 'Metadata-Flavor': 'Google' },
  });
  expect(await answer.text()).toBe('lives');
  const finished = await cloud.ok('POST', `/zones/${ZONE}/operations/${late.name}/wait`);
  expect(finished).toMatchObject({ status: 'DONE', targetId: late.targetId });
  expect(await status('late')).toBe('RUNNING');
  expect(cloud.service.liveVms()).toBe(2);
  await cloud.done('DELETE', `${INSTANCES}/lives`);
  expect(isRunning(pid)).toBe(false);
});

test('an adopted VM that ends is noticed within a second, and its deadline still counts', async () => {
  const clock = fakeClock();
  const cloud = await begin({ clock, operationDelayMs: 0 });
  const scheduling = { maxRunDuration: { seconds: 60 }, instanceTerminationAction: 'DELETE' };
  for (const name of ['ends', 'expires']) {
    await cloud.ok('POST', INSTANCES, vmBody({ name, startup: REPORTER, scheduling }));
    await clock.advance(1);
    await eventually(async () => (await cloud.ok('GET', `${INSTANCES}/${name}`)).status === 'RUNNING');
  }
  const ends = await cloud.ok('GET', `${INSTANCES}/ends`);
  await eventually(isReady(cloud, ends));
  await clock.advance(30_000);
  await cloud.restart();
  process.kill(pidOf(cloud, ends), 'SIGKILL');
  await eventually(() => !isRunning(pidOf(cloud, ends)));
  await clock.advance(1000);
  await eventually(async () => (await cloud.ok('GET', `${INSTANCES}/ends`)).status === 'TERMINATED');
  expect((await cloud.ok('GET', `${INSTANCES}/expires`)).status).toBe('RUNNING');
  await clock.advance(30_000);
  await eventually(async () => (await cloud.call('GET', `${INSTANCES}/expires`)).status === 404);
});

test('a VM is taken over whose record was written by an earlier version, with its main process under another name', async () => {
  const cloud = await begin();
  const vm = await cloud.insert(vmBody({ name: 'older', startup: REPORTER }));
  await eventually(isReady(cloud, vm));
  await cloud.service.close();
  const journal = join(cloud.folder, 'compute.journal');
  const text = readFileSync(journal, 'utf8');
  expect(text).toContain('"mainProcess":');
  writeFileSync(journal, text.replaceAll('"mainProcess":', '"machine":'));
  await cloud.restart();
  expect((await cloud.ok('GET', `${INSTANCES}/older`)).status).toBe('RUNNING');
  expect(isRunning(pidOf(cloud, vm))).toBe(true);
});

test('a kill -9 between the start of a VM and its record does not start the VM twice', async () => {
  const cloud = await begin();
  const startup = 'echo $$ >> pids; exec sleep 100';
  const vm = await cloud.insert(vmBody({ name: 'twice', startup }));
  const pids = (): number[] =>
    readFileSync(home(cloud, vm, 'pids'), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map(Number);
  await eventually(() => existsSync(home(cloud, vm, 'pids')) && pids().length === 1);
  await cloud.service.close();
  const journal = join(cloud.folder, 'compute.journal');
  const text = readFileSync(journal, 'utf8');
  const staged = text.indexOf('"status":"STAGING"');
  expect(staged).toBeGreaterThan(0);
  writeFileSync(journal, text.slice(0, text.indexOf('\n', staged) + 1));
  await cloud.restart();
  await eventually(() => pids().length === 2);
  await eventually(async () => (await cloud.ok('GET', `${INSTANCES}/twice`)).status === 'RUNNING');
  expect(pids().map(isRunning)).toEqual([false, true]);
});

test('another process of the recorded pid is not taken for the VM, and is left alone', async () => {
  const cloud = await begin();
  const vm = await cloud.insert(vmBody({ name: 'impostor', startup: REPORTER }));
  await eventually(isReady(cloud, vm));
  await cloud.service.close();
  process.kill(pidOf(cloud, vm), 'SIGKILL');
  const other = spawn('sleep', ['100'], { detached: true, stdio: 'ignore' });
  others.push(other);
  const journal = join(cloud.folder, 'compute.journal');
  const text = readFileSync(journal, 'utf8').replaceAll(`"pid":${pidOf(cloud, vm)},`, `"pid":${other.pid},`);
  writeFileSync(journal, text);
  await cloud.restart();
  expect((await cloud.ok('GET', `${INSTANCES}/impostor`)).status).toBe('TERMINATED');
  await cloud.done('DELETE', `${INSTANCES}/impostor`);
  expect(isRunning(other.pid ?? 0)).toBe(true);
});

test('a delete that was under way is finished after the restart, and its operation with it', async () => {
  const cloud = await begin();
  const vm = await cloud.insert(vmBody({ name: 'going', startup: REPORTER, shutdown: 'touch down; sleep 1000' }));
  await eventually(isReady(cloud, vm));
  const operation = await cloud.ok('DELETE', `${INSTANCES}/going`);
  await eventually(() => existsSync(home(cloud, vm, 'down')));
  const pid = pidOf(cloud, vm);
  await cloud.restart();
  expect(await cloud.ok('POST', `/zones/${ZONE}/operations/${operation.name}/wait`)).toMatchObject({ status: 'DONE' });
  expect((await cloud.call('GET', `${INSTANCES}/going`)).status).toBe(404);
  expect(isRunning(pid)).toBe(false);
  expect(existsSync(cloud.vmFolder(vm))).toBe(false);
});

test('stopped VMs, disks, labels and operations are what they were', async () => {
  const cloud = await begin();
  await cloud.insert(vmBody({ name: 'kept', labels: { a: 'b' }, metadata: { key: 'value' } }));
  const stop = await cloud.done('POST', `${INSTANCES}/kept/stop`);
  const strip = (value: Resource): unknown => JSON.parse(JSON.stringify(value).replaceAll(/127\.0\.0\.1:\d+/g, 'here'));
  const paths = [`${INSTANCES}/kept`, `/zones/${ZONE}/disks/kept`, `/zones/${ZONE}/operations/${stop.name}`];
  const before = await Promise.all(paths.map(async (path) => strip(await cloud.ok('GET', path))));
  await cloud.restart();
  expect(await Promise.all(paths.map(async (path) => strip(await cloud.ok('GET', path))))).toEqual(before);
});

test('a metadata port that someone took meanwhile does not keep the local cloud from starting', async () => {
  const cloud = await begin();
  const vm = await cloud.insert(vmBody({ name: 'robbed', startup: REPORTER }));
  await eventually(isReady(cloud, vm));
  const port = Number(readFileSync(home(cloud, vm, 'host'), 'utf8').split(':')[1]);
  await cloud.service.close();
  const thief = createServer();
  await new Promise<void>((resolve) => thief.listen(port, '127.0.0.1', resolve));
  await cloud.restart();
  expect((await cloud.ok('GET', `${INSTANCES}/robbed`)).status).toBe('RUNNING');
  expect(cloud.errors.splice(0).join()).toContain('metadata port');
  thief.close();
});

test('destroyAll leaves no process, VM, disk or folder, even where a shutdown script runs', async () => {
  const cloud = await begin();
  const shutdown = 'echo $$ > down; sleep 1000';
  const vms = await Promise.all(
    ['a', 'b'].map((name) => cloud.insert(vmBody({ name, startup: REPORTER, shutdown, autoDelete: false }))),
  );
  const [first = {}] = vms;
  await eventually(() => vms.every((vm) => isReady(cloud, vm)()));
  await cloud.ok('DELETE', `${INSTANCES}/a`);
  await eventually(() => existsSync(home(cloud, first, 'down')));
  const pids = vms.map((vm) => pidOf(cloud, vm));
  await cloud.service.destroyAll();
  expect(pids.filter(isRunning)).toEqual([]);
  expect(vms.filter((vm) => existsSync(cloud.vmFolder(vm)))).toEqual([]);
  expect((await cloud.ok('GET', INSTANCES)).items).toBeUndefined();
  expect((await cloud.ok('GET', `/zones/${ZONE}/disks`)).items).toBeUndefined();
  await cloud.restart();
  expect(cloud.service.liveVms()).toBe(0);
});
