// The VM itself: processes, power, folders.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { temporaryFolderOf } from '../../../../deploy/local/compute/temporary-folder';
import { identityOfFolder } from '../../../../deploy/local/state/identity-of-folder';
import { eventually } from '../harness';
import { isRunning, SPOT, startCloud, vmBody, ZONE, type Cloud, type Resource } from './fixture';

let cloud: Cloud;
beforeAll(async () => void (cloud = await startCloud()));
afterAll(() => cloud.end());

const INSTANCES = `/zones/${ZONE}/instances`;
const homeFile = (vm: Resource, name: string): string => `${cloud.vmFolder(vm)}/home/${name}`;
const content = (vm: Resource, name: string): string => {
  const file = homeFile(vm, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
};
const statusOf = async (name: string): Promise<string> => (await cloud.ok('GET', `${INSTANCES}/${name}`)).status;
const pidsIn = (vm: Resource, file: string): number[] =>
  content(vm, file).trim().split(/\s+/).filter(Boolean).map(Number);

test('the startup script has a clean environment, a session and a home of its own', async () => {
  const startup = `#!/bin/bash
env > env; pwd > pwd; ps -o sid= -p $$ > sid; echo $$ > pid; echo to-serial; echo bad >&2; readlink /proc/self/fd/0 > stdin
touch done; exec sleep 100`;
  const vm = await cloud.insert(vmBody({ name: 'clean', startup }));
  await eventually(() => existsSync(homeFile(vm, 'done')));
  const environment = Object.fromEntries(
    content(vm, 'env')
      .trim()
      .split('\n')
      .map((line) => line.split('=', 2)),
  );
  const allowed = ['HOME', 'PATH', 'LANG', 'TMPDIR', 'USER', 'GCE_METADATA_HOST', 'GCE_METADATA_IP'];
  const bashOwn = ['PWD', 'OLDPWD', 'SHLVL', '_'];
  const names = Object.keys(environment).filter((name) => !bashOwn.includes(name));
  expect(new Set(names)).toEqual(new Set([...allowed, 'METADATA_SERVER_DETECTION', 'MYMLOPS_VM']));
  expect(environment).toMatchObject({
    MYMLOPS_VM: `${vm.id}@${identityOfFolder(cloud.folder)}`,
    METADATA_SERVER_DETECTION: 'assume-present',
  });
  expect(environment['GCE_METADATA_HOST']).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(environment['TMPDIR']).toBe(temporaryFolderOf(cloud.vmFolder(vm)));
  expect(content(vm, 'pwd').trim()).toBe(`${cloud.vmFolder(vm)}/home`);
  expect(content(vm, 'sid').trim()).toBe(content(vm, 'pid').trim());
  expect(content(vm, 'stdin').trim()).toBe('/dev/null');
  expect(cloud.serialLog(vm)).toBe('to-serial\nbad\n');
  await cloud.done('DELETE', `${INSTANCES}/clean`);
  expect(existsSync(cloud.vmFolder(vm))).toBe(false);
});

test('nothing outlives its VM, however it hid', async () => {
  const hide = (name: string, how: string): string =>
    `${how} bash -c 'echo $$ >> pids; touch ${name}; exec sleep 100' &\n`;
  const startup = [
    'echo $$ >> pids\n',
    hide('plain', ''),
    hide('own-session', 'setsid'),
    hide('no-environment', `env -i PATH="$PATH"`),
    `(env -i PATH="$PATH" bash -c 'echo $$ >> pids; touch nobodys-child; exec sleep 100' &)\n`,
    hide('deaf', `trap '' TERM HUP INT;`),
    `(setsid bash -c 'echo $$ >> pids; (sleep 100; :) & echo $! >> pids; touch orphan') &\n`,
    `setsid env -i PATH="$PATH" bash -c '(setsid bash -c "echo \\$\\$ >> pids; touch unrelated; exec sleep 100" &)' &\n`,
    `(cd / && setsid env -i PATH="$PATH" H="$HOME" bash -c '(setsid bash -c "echo \\$\\$ >> \\$H/pids; touch \\$H/writer; exec sleep 100" &)' &)\n`,
    'wait',
  ].join('');
  const vm = await cloud.insert(vmBody({ name: 'hider', startup }));
  const marks = ['plain', 'own-session', 'no-environment', 'nobodys-child', 'deaf', 'orphan', 'unrelated', 'writer'];
  await eventually(() => marks.every((name) => existsSync(homeFile(vm, name))));
  const pids = pidsIn(vm, 'pids');
  expect(pids).toHaveLength(10);
  expect(pids.filter(isRunning).length).toBeGreaterThanOrEqual(9);
  await cloud.done('DELETE', `${INSTANCES}/hider`);
  expect(pids.filter(isRunning)).toEqual([]);
});

test('a process of another VM, or of nobody, is left alone', async () => {
  const other = await cloud.insert(vmBody({ name: 'bystander', startup: 'echo $$ > pid; exec sleep 100' }));
  await cloud.insert(vmBody({ name: 'leaver' }));
  await eventually(() => pidsIn(other, 'pid').length === 1);
  await cloud.done('DELETE', `${INSTANCES}/leaver`);
  expect(pidsIn(other, 'pid').every(isRunning)).toBe(true);
  expect(await statusOf('bystander')).toBe('RUNNING');
});

test("somebody's shell that stands in a VM's folder is left alone", async () => {
  const vm = await cloud.insert(vmBody({ name: 'visited', startup: 'touch up; exec sleep 100' }));
  await eventually(() => existsSync(homeFile(vm, 'up')));
  const command = `cd '${cloud.vmFolder(vm)}/home' && echo $$ > visitor && exec sleep 100`;
  const terminal = spawn('script', ['-qec', command, '/dev/null'], { stdio: 'ignore', cwd: '/' });
  await eventually(() => pidsIn(vm, 'visitor').length === 1);
  const [visitor = 0] = pidsIn(vm, 'visitor');
  await cloud.done('DELETE', `${INSTANCES}/visited`);
  expect(isRunning(visitor)).toBe(true);
  process.kill(visitor, 'SIGKILL');
  terminal.kill('SIGKILL');
});

test('the shutdown script runs before the power goes, beside a startup script that hears nothing', async () => {
  const startup = `trap 'echo signal >> heard' TERM INT HUP; touch up; while :; do sleep 0.02; done`;
  const shutdown = `echo "$MYMLOPS_VM $HOME" > said`;
  const vm = await cloud.insert(vmBody({ name: 'polite', autoDelete: false, startup, shutdown }));
  await eventually(() => existsSync(homeFile(vm, 'up')));
  await cloud.done('POST', `${INSTANCES}/polite/stop`);
  expect(content(vm, 'said').trim()).toBe(`${vm.id}@${identityOfFolder(cloud.folder)} ${cloud.vmFolder(vm)}/home`);
  expect(existsSync(homeFile(vm, 'heard'))).toBe(false);
  expect(await cloud.ok('GET', `${INSTANCES}/polite`)).toMatchObject({ status: 'TERMINATED' });
  await cloud.done('DELETE', `${INSTANCES}/polite`);
  expect(content(vm, 'said')).not.toBe(''); // the disk was to stay
  await cloud.done('DELETE', `/zones/${ZONE}/disks/polite`);
});

test('a stopped VM shuts down once: deleting it runs no shutdown script again', async () => {
  const vm = await cloud.insert(vmBody({ name: 'once', autoDelete: false, shutdown: 'echo x >> downs' }));
  await cloud.done('POST', `${INSTANCES}/once/stop`);
  await cloud.done('POST', `${INSTANCES}/once/stop`);
  await cloud.done('DELETE', `${INSTANCES}/once`);
  expect(content(vm, 'downs')).toBe('x\n');
  await cloud.done('DELETE', `/zones/${ZONE}/disks/once`);
});

test('after stop and start the startup script runs again in the same home', async () => {
  const vm = await cloud.insert(vmBody({ name: 'again', startup: 'echo x >> boots; exec sleep 100' }));
  await eventually(() => content(vm, 'boots') === 'x\n');
  await cloud.done('POST', `${INSTANCES}/again/stop`);
  expect(cloud.service.liveVms()).toBe((await running()).length);
  await cloud.done('POST', `${INSTANCES}/again/start`);
  expect(await statusOf('again')).toBe('RUNNING');
  await eventually(() => content(vm, 'boots') === 'x\nx\n');
  await cloud.done('DELETE', `${INSTANCES}/again`);
});

const running = async (): Promise<Resource[]> =>
  (await cloud.ok('GET', `${INSTANCES}?filter=status%3DRUNNING`)).items ?? [];

test('a startup script that ends has switched the VM off: disk and folder stay', async () => {
  const startup = `echo $$ > pid; setsid sleep 100 & echo $! >> pid; touch result; exit 3`;
  const vm = await cloud.insert(vmBody({ name: 'ender', startup }));
  await eventually(async () => (await statusOf('ender')) === 'TERMINATED');
  expect(existsSync(homeFile(vm, 'result'))).toBe(true);
  expect(pidsIn(vm, 'pid').filter(isRunning)).toEqual([]);
  expect((await cloud.ok('GET', `/zones/${ZONE}/disks/ender`)).users).toHaveLength(1);
  await cloud.done('DELETE', `${INSTANCES}/ender`);
  expect(existsSync(cloud.vmFolder(vm))).toBe(false);
});

test('preempted: metadata says so, the shutdown script sees it, the operation is listed', async () => {
  const shutdown = `curl -sf -H 'Metadata-Flavor: Google' "http://$GCE_METADATA_HOST/computeMetadata/v1/instance/preempted" > preempted`;
  const vm = await cloud.insert(vmBody({ name: 'spot', scheduling: SPOT, shutdown }));
  await cloud.done('POST', `${INSTANCES}/spot/simulateMaintenanceEvent`);
  expect(content(vm, 'preempted')).toBe('TRUE');
  expect(await statusOf('spot')).toBe('TERMINATED');
  const filter = encodeURIComponent(`(operationType = "compute.instances.preempted") (targetId = ${vm.id})`);
  const { items } = await cloud.ok('GET', `/zones/${ZONE}/operations?filter=${filter}`);
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({ status: 'DONE', targetId: vm.id });

  const scheduling = { ...SPOT, instanceTerminationAction: 'DELETE' };
  const second = await cloud.insert(vmBody({ name: 'spot-2', scheduling }));
  await cloud.done('POST', `${INSTANCES}/spot-2/simulateMaintenanceEvent`);
  expect((await cloud.call('GET', `${INSTANCES}/spot-2`)).status).toBe(404);
  expect(existsSync(cloud.vmFolder(second))).toBe(false);
});

test('stop and delete that arrive while the VM still boots are carried out', async () => {
  const insert = await cloud.ok('POST', INSTANCES, vmBody({ name: 'hasty' }));
  const removed = await cloud.done('DELETE', `${INSTANCES}/hasty`);
  expect(removed.error).toBeUndefined();
  expect((await cloud.call('GET', `${INSTANCES}/hasty`)).status).toBe(404);
  expect((await cloud.ok('GET', `/zones/${ZONE}/operations/${insert.name}`)).status).toBe('DONE');
});

test('a VM whose startup script cannot be started ends its insert with an error and leaves nothing', async () => {
  const broken = await startCloud();
  writeFileSync(`${broken.folder}/vms`, 'in the way');
  const operation = await broken.done('POST', INSTANCES, vmBody({ name: 'broken' }));
  expect(operation.error.errors[0].code).toBe('INTERNAL_ERROR');
  expect((await broken.call('GET', `${INSTANCES}/broken`)).status).toBe(404);
  expect(broken.service.liveVms()).toBe(0);
  expect(broken.errors.splice(0).join()).toContain('could not be started');
  rmSync(`${broken.folder}/vms`);
  await broken.end();
});

test('a delete with a shutdown script is quick', async () => {
  const took: number[] = [];
  for (const name of ['quick-1', 'quick-2', 'quick-3', 'quick-4', 'quick-5']) {
    await cloud.insert(vmBody({ name, shutdown: 'true' }));
    const startMs = performance.now();
    await cloud.done('DELETE', `${INSTANCES}/${name}`);
    took.push(performance.now() - startMs);
  }
  // Waiting for anything would take seconds; a computer that is busy with other suites needs hundreds of milliseconds.
  expect(Math.min(...took)).toBeLessThan(1000);
});
