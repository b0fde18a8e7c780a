// The main job on machines that are not as they should be: proxies in the environment, clocks that are wrong.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useTempFolders } from '../client/temp-folder';
import { type Desk, newDesk } from './desk';

const tempFolder = useTempFolders();
const DAY_MS = 86_400_000;
const NOBODY = 'http://127.0.0.1:9';

let desk: Desk | undefined;
afterEach(async () => {
  await desk?.close();
  desk = undefined;
}, 30_000);

/** Node.js options under which a process and its children believe that it is `byMs` later. */
function shiftedClock(byMs: number): string {
  const file = join(tempFolder(), 'shift.cjs');
  const source = `const Real = Date; const by = ${byMs};
globalThis.Date = class extends Real {
  constructor(...given) { given.length ? super(...given) : super(Real.now() + by); }
  static now() { return Real.now() + by; }
};`;
  writeFileSync(file, source);
  return `--require=${file}`;
}

async function expectSuccess(on: Desk, name: string): Promise<string> {
  const done = await on.client('commit', on.notebook(name, ['x = 1']), '--json');
  const [result] = JSON.parse(done.stdout) as [{ run: string }];
  expect({ code: done.code, stderr: done.code ? done.stderr : '' }).toEqual({ code: 0, stderr: '' });
  expect(result).toMatchObject({ status: 'succeeded', publication: { state: 'done' }, cleaned: true });
  return result.run;
}

test('with a proxy in the environment the commit went to the proxy', async () => {
  const names = ['http_proxy', 'https_proxy', 'all_proxy', 'grpc_proxy'];
  const environment = Object.fromEntries(names.flatMap((name) => [name, name.toUpperCase()].map((it) => [it, NOBODY])));
  desk = await newDesk({ environment });
  await expectSuccess(desk, 'proxy.ipynb');
  expect((await desk.client('logs')).code).toBe(0);
}, 60_000);

test('a client whose clock is a day ahead, then a local cloud that was set back by it', async () => {
  desk = await newDesk();
  const ahead = desk.withEnvironment({ NODE_OPTIONS: shiftedClock(DAY_MS) });
  const first = await expectSuccess(ahead, 'client-ahead.ipynb');
  await desk.client('local', 'down');
  await ahead.client('local', 'up', '--sweep-seconds', '1');
  await expectSuccess(desk, 'cloud-ahead.ipynb');
  await desk.client('local', 'down');
  await desk.client('local', 'up', '--sweep-seconds', '1');
  await expectSuccess(desk, 'set-back.ipynb');
  expect((await desk.client('show', first)).code).toBe(0);
  expect(desk.vmProcesses()).toEqual([]);
}, 90_000);
