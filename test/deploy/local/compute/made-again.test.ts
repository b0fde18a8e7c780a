// A VM that is made again on the disk that a deleted one left (disks[].source) finds its files.
import { existsSync, readFileSync } from 'node:fs';
import { eventually } from '../harness';
import { startCloud, vmBody, ZONE, type Cloud, type Resource } from './fixture';

const INSTANCES = `/zones/${ZONE}/instances`;

let cloud: Cloud;
beforeAll(async () => void (cloud = await startCloud()));
afterAll(() => cloud.end());

const onDisk = (name: string, disk: string, startup = 'exec sleep 99'): Resource => ({
  ...vmBody({ name, startup }),
  disks: [{ boot: true, autoDelete: false, source: `zones/${ZONE}/disks/${disk}` }],
});

test('boots from it, under another id', async () => {
  const startup = 'echo x >> boots; exec sleep 99';
  const vm = await cloud.insert(vmBody({ name: 'again', autoDelete: false, startup }));
  const boots = ({ id }: Resource): string => {
    const file = `${cloud.vmFolder({ id })}/home/boots`;
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };
  await eventually(() => boots(vm) === 'x\n');
  await cloud.done('DELETE', `${INSTANCES}/again`);
  const made = await cloud.insert(onDisk('again', 'again', startup));
  expect(made.id).not.toBe(vm.id);
  expect((await cloud.ok('GET', `/zones/${ZONE}/disks/again`)).users).toEqual([made.selfLink]);
  await eventually(() => boots(made) === 'x\nx\n');
  await cloud.done('DELETE', `${INSTANCES}/again`);
  await cloud.done('DELETE', `/zones/${ZONE}/disks/again`);
});

test('a disk that is not there, or is in use, is refused at once', async () => {
  expect((await cloud.call('POST', INSTANCES, onDisk('none', 'none'))).status).toBe(404);
  await cloud.insert(vmBody({ name: 'first', autoDelete: false }));
  const { status, body } = await cloud.call('POST', INSTANCES, onDisk('second', 'first'));
  expect([status, body.error.errors[0].reason]).toEqual([400, 'resourceInUseByAnotherResource']);
  await cloud.done('DELETE', `${INSTANCES}/first`);
  await cloud.done('DELETE', `/zones/${ZONE}/disks/first`);
});
