// gcloud, where it is installed, on the VM of a run: it shows the VM as the run's, and deletes it under a running notebook.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { testWith } from '../parts';
import { expectSettled } from './expect-settled';
import { expectOk, newDesk, until, type Desk } from './desk';
import { untilSettled } from './until-settled';
import { untilVm } from './vms';

const execute = promisify(execFile);
const testWithGcloud = testWith('gcloud', 'https://cloud.google.com/sdk/docs/install');

let desk: Desk;
beforeAll(async () => {
  desk = await newDesk();
});
afterAll(() => desk.close());

async function gcloud(...args: string[]): Promise<string> {
  const { compute, token } = desk.endpoints();
  const tokenFile = join(desk.project, '../gcloud-token');
  writeFileSync(tokenFile, token, { mode: 0o600 });
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: join(desk.project, '..'),
    CLOUDSDK_CONFIG: join(desk.project, '../gcloud'),
    CLOUDSDK_CORE_PROJECT: 'local',
    CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
    CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: tokenFile,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE: `http://${compute}/compute/v1/`,
    GOOGLE_CLOUD_UNIVERSE_DOMAIN: 'googleapis.com',
  };
  return (await execute('gcloud', ['compute', ...args], { env })).stdout;
}

interface Described {
  labels: Record<string, string>;
  scheduling: { provisioningModel: string; instanceTerminationAction: string; maxRunDuration: { seconds: string } };
  disks: { boot: boolean; autoDelete: boolean; source: string }[];
}

testWithGcloud(
  'gcloud lists, describes and deletes the VM of a run while its notebook runs: the run says so, and another attempt follows',
  async () => {
    const waits = 'import os, time\nwhile os.environ["MYMLOPS_ATTEMPT"] == "1": time.sleep(0.05)';
    const notebook = desk.notebook('deleted.ipynb', ['x = 1', waits]);
    const run = expectOk(await desk.client('commit', '--detach', notebook)).stdout.trim();
    await until('it executes', async () => (await desk.show(run)).phase === 'execute' || undefined, 60);
    const { name } = await untilVm(desk, run, 'RUNNING');
    const [listed, described, disks] = await Promise.all([
      gcloud('instances', 'list', `--filter=labels.mymlops-run=${run}`, '--format=value(name,zone.basename(),status)'),
      gcloud('instances', 'describe', name, '--zone=local-a', '--format=json'),
      gcloud('disks', 'list', `--filter=labels.mymlops-run=${run}`, '--format=value(name,users.basename())'),
    ]);
    expect(listed).toBe(`${name}\tlocal-a\tRUNNING\n`);
    expect(disks).toContain(name);
    const vm = JSON.parse(described) as Described;
    const start = (await desk.show(run)).attempts[1]?.vm.periods[1]?.start;
    expect(vm.labels).toMatchObject({ 'mymlops-deployment': 'mymlops', 'mymlops-run': run, 'mymlops-attempt': '1' });
    expect(vm.scheduling).toMatchObject({
      provisioningModel: 'SPOT',
      instanceTerminationAction: 'DELETE',
      maxRunDuration: { seconds: String(start?.maxRunDurationSeconds) },
    });
    expect(vm.disks).toEqual([expect.objectContaining({ boot: true, autoDelete: true })]);

    await gcloud('instances', 'delete', name, '--zone=local-a');
    const document = await untilSettled(desk, run);
    expect(document).toMatchObject({
      status: 'succeeded',
      attempt: 2,
      attempts: { 1: { givenUp: { reason: 'lost', cause: 'deleted' } } },
      publication: { state: 'done' },
    });
    expect(await gcloud('instances', 'list', '--format=value(name)')).toBe('');
    await expectSettled(desk);
  },
  240_000,
);
