// gcloud, where it is installed: lists, stops, changes, starts and deletes what runs here; makes, lists and deletes images.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { TOKEN } from '../harness';
import { copyingVms } from './copying-vms';
import { startCloud, vmBody, type Cloud } from './fixture';
import { testWith } from '../../../parts';

const run = promisify(execFile);
const testWithGcloud = testWith('gcloud', 'https://cloud.google.com/sdk/docs/install');

let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud({ runner: copyingVms() });
  writeFileSync(join(cloud.folder, 'token'), TOKEN, { mode: 0o600 });
});
afterAll(() => cloud.end());

const gcloud = (...args: string[]): Promise<string> => gcloudOn('instances', ...args);

async function gcloudOn(collection: 'images' | 'instances', ...args: string[]): Promise<string> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: cloud.folder,
    CLOUDSDK_CONFIG: join(cloud.folder, 'gcloud'),
    CLOUDSDK_CORE_PROJECT: 'local',
    CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
    CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: join(cloud.folder, 'token'),
    CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE: `http://${cloud.service.address}/compute/v1/`,
    GOOGLE_CLOUD_UNIVERSE_DOMAIN: 'googleapis.com',
  };
  return (await run('gcloud', ['compute', collection, ...args], { env })).stdout;
}

testWithGcloud('gcloud lists and deletes VMs', async () => {
  await cloud.insert(vmBody({ name: 'visible', labels: { a: 'b' } }));
  const list = (filter: string) => gcloud('list', `--filter=${filter}`, '--format=value(name,zone.basename(),status)');
  const [matching, others] = await Promise.all([list('labels.a=b'), list('labels.a=c')]);
  expect(matching).toBe('visible\tlocal-a\tRUNNING\n');
  expect(others).toBe('');
  await gcloud('delete', 'visible', '--zone=local-a');
  expect((await cloud.call('GET', '/zones/local-a/instances/visible')).status).toBe(404);
});

testWithGcloud('gcloud stops a VM, changes its metadata and its time limit, and starts it again', async () => {
  const scheduling = { maxRunDuration: { seconds: '3600' }, instanceTerminationAction: 'STOP' };
  const vm = await cloud.insert(vmBody({ name: 'switched', metadata: { kept: 'yes' }, scheduling }));
  const shown = () => cloud.ok('GET', '/zones/local-a/instances/switched');
  const limit = ['set-scheduling', 'switched', '--zone=local-a', '--max-run-duration=2h'];
  await expect(gcloud(...limit)).rejects.toThrow('Max run duration cannot be changed while the instance is running');
  await gcloud('stop', 'switched', '--zone=local-a');
  expect((await shown()).status).toBe('TERMINATED');
  await gcloud(...limit);
  await gcloud('add-metadata', 'switched', '--zone=local-a', '--metadata=new=1');
  await gcloud('start', 'switched', '--zone=local-a');
  const { status, id, metadata, scheduling: changed } = await shown();
  expect({ status, id }).toEqual({ status: 'RUNNING', id: vm.id });
  expect(metadata.items).toEqual([
    { key: 'kept', value: 'yes' },
    { key: 'new', value: '1' },
  ]);
  expect(changed).toMatchObject({ maxRunDuration: { seconds: '7200' }, instanceTerminationAction: 'STOP' });
});

testWithGcloud(
  'gcloud makes an image of the disk of a VM that is off, lists it by its labels, and deletes it',
  async () => {
    await cloud.insert(vmBody({ name: 'maker', autoDelete: false }));
    const labels = ['--labels=mymlops-deployment=mymlops', '--family=torch'];
    const create = ['create', 'torch-1', '--source-disk=maker', '--source-disk-zone=local-a', ...labels];
    await expect(gcloudOn('images', ...create)).rejects.toThrow(
      "is already being used by 'zones/local-a/instances/maker'",
    );
    await gcloud('stop', 'maker', '--zone=local-a');
    await gcloudOn('images', ...create);
    const list = ['list', '--no-standard-images', '--filter=labels.mymlops-deployment=mymlops'];
    expect(await gcloudOn('images', ...list, '--format=value(name,family,status)')).toBe('torch-1\ttorch\tREADY\n');
    expect(await gcloudOn('images', 'describe-from-family', 'torch', '--format=value(name)')).toBe('torch-1\n');
    await gcloudOn('images', 'delete', 'torch-1');
    expect((await cloud.call('GET', '/global/images/torch-1')).status).toBe(404);
  },
);
