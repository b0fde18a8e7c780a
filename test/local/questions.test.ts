// `gpus` and `validate --remote`, the whole way: client, Pub/Sub, sweep function, Compute, Firestore and back.
import { join } from 'node:path';
import { writeFiles } from '../client/temp-folder';
import { type Desk, expectOk, newDesk } from './desk';

let desk: Desk;
beforeAll(async () => {
  desk = await newDesk({ isCold: true });
});
afterAll(() => desk.close());

test("gpus: the stand-in's list, which says that it is one; the local cloud is started for it", async () => {
  const { code, stdout, stderr } = await desk.client('gpus', '--region', 'local');
  expect({ code, stdout, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('the list of the local cloud'),
  });
  expect(stdout).toMatch(/^nvidia-l4 +24 GB +16 +local-a,b,c$/m);
  expect(stdout).toMatch(/^g2-standard-24 +2 nvidia-l4 +24 +96 GB +48 GB +local-a,b,c$/m);
});

test('gpus: a region that does not exist', async () => {
  const { code, stderr } = await desk.client('gpus', '--region', 'europe-west4');
  expect([code, stderr]).toEqual([2, expect.stringContaining('The local cloud has no region europe-west4.')]);
});

interface Checked {
  ok: boolean;
  remote: { findings: { severity: string; subject: string; problem: string }[]; runs: { zones: string[] }[] };
}

async function validate(config: string): Promise<{ code: number; checked: Checked }> {
  writeFiles(desk.project, { 'other/mymlops.yml': config });
  const { code, stdout } = await desk.client('validate', join(desk.project, 'other'), '--remote', '--json');
  return { code, checked: JSON.parse(stdout) as Checked };
}

test('validate --remote: nothing is wrong with what would run', async () => {
  const { code, checked } = await validate('project: local\ncommit:\n  command: "true"\n');
  const zones = ['local-a', 'local-b', 'local-c'];
  expect([code, checked.remote]).toEqual([
    0,
    { findings: [], runs: [{ name: 'commit', machineType: 'this-computer', zones }] },
  ]);
});

test('validate --remote: a secret that is not stored, and stored', async () => {
  const config = 'project: local\ncommit:\n  command: "true"\n  secrets: [TOKEN]\n';
  const { code, checked } = await validate(config);
  expect([code, checked.ok, checked.remote.findings]).toEqual([
    1,
    false,
    [expect.objectContaining({ severity: 'error', problem: 'names the secret TOKEN, which is not stored' })],
  ]);
  writeFiles(desk.project, { 'other/.env': 'TOKEN=x\n' });
  expect((await validate(config)).code).toBe(0);
});

test('validate --remote: a warning does not end with an error', async () => {
  const { code, checked } = await validate('project: local\ncommit:\n  command: "true"\n  max_parallel: 99\n');
  expect([code, checked.remote.findings.map(({ severity }) => severity)]).toEqual([0, ['warning']]);
  expectOk(await desk.client('doctor'));
});
