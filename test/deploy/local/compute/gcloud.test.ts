// gcloud, where it is installed: lists and deletes what runs here.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startCloud, TOKEN, vmBody, type Cloud } from './harness';
import { testWith } from '../../../parts';

const run = promisify(execFile);
const testWithGcloud = testWith('gcloud', 'https://cloud.google.com/sdk/docs/install');

let cloud: Cloud;
beforeAll(async () => void (cloud = await startCloud()));
afterAll(() => cloud.end());

testWithGcloud('gcloud lists and deletes VMs', async () => {
  await cloud.insert(vmBody({ name: 'visible', labels: { a: 'b' } }));
  const tokenFile = join(cloud.folder, 'token');
  writeFileSync(tokenFile, TOKEN, { mode: 0o600 });
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: cloud.folder,
    CLOUDSDK_CONFIG: join(cloud.folder, 'gcloud'),
    CLOUDSDK_CORE_PROJECT: 'local',
    CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
    CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: tokenFile,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE: `http://${cloud.service.address}/compute/v1/`,
    GOOGLE_CLOUD_UNIVERSE_DOMAIN: 'googleapis.com',
  };
  const gcloud = async (...args: string[]): Promise<string> => (await run('gcloud', args, { env })).stdout;
  const list = (filter: string) =>
    gcloud('compute', 'instances', 'list', `--filter=${filter}`, '--format=value(name,zone.basename(),status)');
  const [matching, others] = await Promise.all([list('labels.a=b'), list('labels.a=c')]);
  expect(matching).toBe('visible\tlocal-a\tRUNNING\n');
  expect(others).toBe('');
  await gcloud('compute', 'instances', 'delete', 'visible', '--zone=local-a');
  expect((await cloud.call('GET', '/zones/local-a/instances/visible')).status).toBe(404);
});
