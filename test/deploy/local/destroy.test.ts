// `--destroy`: what runs in VMs ends and all state goes, whatever the state looks like.
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { destroyCloud } from '../../../deploy/local/destroy';
import { eventually } from './harness';
import { isRunning, startCloud, vmBody } from './compute/fixture';

let state: string;
let folder: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'destroy-'));
  folder = join(state, 'compute');
  mkdirSync(folder);
});
afterEach(() => rmSync(state, { recursive: true }));

async function leaveMachine(): Promise<number[]> {
  const cloud = await startCloud({ folder });
  const startup = `echo $$ >> pids; env -i bash -c 'echo $$ >> pids; touch ready; exec sleep 100'`;
  const vm = await cloud.insert(vmBody({ name: 'left', startup }));
  await eventually(() => existsSync(join(cloud.vmFolder(vm), 'home/ready')));
  await cloud.service.close();
  const pids = readFileSync(join(cloud.vmFolder(vm), 'home/pids'), 'utf8')
    .trim()
    .split('\n')
    .map(Number);
  expect(pids.map(isRunning)).toEqual([true, true]);
  return pids;
}

test.each(['whole', 'damaged', 'missing'])('VMs end and the folder is emptied; records: %s', async (records) => {
  const pids = await leaveMachine();
  const journal = join(folder, 'compute.journal');
  if (records === 'damaged') appendFileSync(journal, '\n');
  if (records === 'missing') renameSync(journal, `${journal}.away`);
  const errors: string[] = [];
  await destroyCloud(state, (severity, message) => severity === 'ERROR' && errors.push(message));
  expect(pids.map(isRunning)).toEqual([false, false]);
  expect(readdirSync(state)).toEqual([]);
  expect(errors).toEqual([]);
});

test('a VM that was only accepted is not started', async () => {
  const cloud = await startCloud({ folder, operationDelayMs: 1_000_000 });
  await cloud.ok('POST', '/zones/local-a/instances', vmBody({ name: 'accepted' }));
  await cloud.service.close();
  const logged: string[] = [];
  await destroyCloud(state, (_, message) => logged.push(message));
  expect([readdirSync(state), logged]).toEqual([[], []]);
});
