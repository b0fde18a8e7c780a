// A configuration written for Google's machine types, run here: the whole way, without any of them.
import { execFileSync } from 'node:child_process';
import { type Desk, expectOk, newDesk } from './desk';

const CONFIG = `
instance_types:
  gpu: {machine_type: n9-custom-6-3072-ext, zone_regex: us-central1-.*, accelerator: nvidia-tesla-t4, snapshot: base}
commit:
  command: ./run.sh
  output_repository:
    url: $MYMLOPS_HOME/repositories/out.git
    branch: main
profiles:
  gpu:
    commit:
      ready_command: 'true'
      instance:
        type: gpu
        accelerator_count: 2
        disk: {size: 200GB}
        provisioning: spot_then_standard
        service_account: trainer@some-project.iam.gserviceaccount.com
`;

let desk: Desk;
beforeAll(async () => {
  desk = await newDesk({ config: CONFIG });
});
afterAll(() => desk.close());

test('a profile for a VM on Google never runs here by accident', async () => {
  const notebook = desk.notebook('nb.ipynb', ['1']);
  const { code, stdout, stderr } = await desk.client('commit', 'gpu', notebook);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('The profile gpu needs a snapshot, which only Google Cloud has, but no project is set.');
});

test('told to run here it does, says what has no effect, and is recorded with its profile', async () => {
  const notebook = desk.notebook('nb.ipynb', ['1']);
  const done = expectOk(await desk.client('--local', 'commit', 'gpu', notebook));
  expect(done.stderr).toMatch(/^Running on this computer: .*instance\.accelerator.* are ignored\.$/m);
  const run = done.stdout.split('\n')[0] ?? '';
  const document = await desk.show(run);
  expect(document).toMatchObject({
    status: 'succeeded',
    profile: 'gpu',
    attempts: { 1: { vm: { machine: 'this-computer', provisioning: 'spot' } } },
  });
  expect(document.request?.machine).toEqual({ provisioning: 'spot' });
  expect(expectOk(await desk.client('show', run)).stdout).toMatch(/^profile +gpu$/m);
  const metadata = execFileSync('git', ['-C', desk.output, 'show', `main:${run}/metadata.json`], { encoding: 'utf8' });
  expect(JSON.parse(metadata)).toMatchObject({ profile: 'gpu', accelerator: null, machine_type: 'this-computer' });
});
