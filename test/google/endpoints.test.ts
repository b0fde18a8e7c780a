// Calls of client and functions go to the local cloud's addresses, and nowhere else: where they are not held back, Google's
// libraries look for a metadata server first, which takes seconds on some networks.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundleProgram } from '../bundle';
import { startStandIns } from './stand-ins';

const folder = mkdtempSync(join(tmpdir(), 'mymlops-endpoints-'));
let standIns: Awaited<ReturnType<typeof startStandIns>>;
beforeAll(async () => {
  standIns = await startStandIns();
});
afterAll(async () => {
  await standIns.close();
  rmSync(folder, { recursive: true });
});

test('documents, messages, objects and VMs', async () => {
  const program = await bundleProgram(join(__dirname, 'calls-child.ts'), folder);
  // Without the credentials of whoever runs this.
  const env = { PATH: process.env['PATH'], HOME: folder };
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(standIns.endpoints)], {
    env,
  });
  const { firestore, pubsub, storage, compute } = standIns.endpoints;
  expect(JSON.parse(stdout)).toEqual([firestore, pubsub, storage, compute].toSorted());
});
