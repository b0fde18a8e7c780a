// One whole run on a real VM: Google's own guest agent fetches the startup script and runs it as root under systemd. The image is
// bare, as Google's are: the agent installs git and makes a Python environment.
import { join } from 'node:path';
import { expectSettled } from '../local/expect-settled';
import { expectOk } from '../local/desk';
import { untilSettled } from '../local/until-settled';
import { startRealCloud, type RealCloud } from './real-cloud';
import { writeWheel } from './wheel';

const CONFIG = `project: local
commit:
  command: ./run.sh
  setup: pip install --no-index --find-links wheels -r requirements.txt
`;

let cloud: RealCloud;
beforeAll(async () => {
  cloud = await startRealCloud({ config: CONFIG, bootsImage: true });
}, 1_800_000);
afterAll(() => cloud.close());

test('a notebook is run with what pip has installed, its results are in the bucket, and the VM is gone', async () => {
  const { desk } = cloud;
  writeWheel(join(desk.project, 'wheels/tiny-1.0-py3-none-any.whl'), 'VALUE = 6 * 7\n');
  desk.write('requirements.txt', 'tiny==1.0\n');
  const cell = 'import sys, tiny\nprint(tiny.VALUE, sys.prefix)';
  const committed = await desk.client('commit', '--detach', desk.notebook('train.ipynb', [cell]));
  const run = expectOk(committed).stdout.trim();
  const document = await untilSettled(desk, run, 1200);
  expect(document).toMatchObject({ status: 'succeeded', attempt: 1 });
  expect(document.cleanedAt).toBeDefined();
  expect(expectOk(await desk.client('logs', run)).stdout).toContain('42 /opt/mymlops/python');
  expect(cloud.console(run, 1)).toMatch(/phase boot[^]*making a Python environment[^]*phase setup[^]*phase publish/);
  await expectSettled(desk);
}, 1_500_000);
