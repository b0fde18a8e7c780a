// One whole run on a real VM: Google's own guest agent fetches the startup script and runs it as root under systemd.
import { expectSettled } from '../local/expect-settled';
import { expectOk } from '../local/desk';
import { untilSettled } from '../local/until-settled';
import { startRealCloud, type RealCloud } from './real-cloud';

let cloud: RealCloud;
beforeAll(async () => {
  cloud = await startRealCloud({ config: 'project: local\ncommit:\n  command: ./run.sh\n', bootsImage: true });
}, 600_000);
afterAll(() => cloud.close());

test('a notebook is run, its results are in the bucket, and the VM is gone', async () => {
  const { desk } = cloud;
  const run = expectOk(
    await desk.client('commit', '--detach', desk.notebook('train.ipynb', ['print(6 * 7)'])),
  ).stdout.trim();
  const document = await untilSettled(desk, run, 600);
  expect(document).toMatchObject({ status: 'succeeded', attempt: 1 });
  expect(document.cleanedAt).toBeDefined();
  await expectSettled(desk);
}, 900_000);
