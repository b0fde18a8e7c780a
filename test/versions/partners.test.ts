// One minor version apart: the last commit of the version before against this one, client, functions and agent, in live runs.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunDocument } from '@mymlops/protocol';
import { expectOk, newDesk, until, type Desk } from '../local/desk';
import { buildCommit, type EarlierBuild } from './earlier-build';

/** The last one that has version 0.1.0. */
const LAST_OF_BEFORE = 'ec951fa0a047e103dbcf44838704edd48f82d476';

const CONFIG = 'project: local\ncommit: {command: ./run.sh}\n';
const OTHER_VERSION = /The running local cloud is of another version/;

let earlier: EarlierBuild;
let now: Desk;
let before: Desk;
beforeAll(async () => {
  earlier = buildCommit(LAST_OF_BEFORE);
  now = await newDesk({ config: CONFIG });
  before = now.withClient(earlier.client);
});
afterAll(async () => {
  await now.close();
  rmSync(earlier.folder, { recursive: true, force: true });
});

/** Ends the cloud that runs, and starts that of `desk`. VMs go on meanwhile. */
async function startCloudOf(desk: Desk): Promise<void> {
  expectOk(await desk.client('local', 'down'));
  expectOk(await desk.client('local', 'up', '--sweep-seconds', '1'));
}

const untilCleaned = (desk: Desk, run: string): Promise<RunDocument> =>
  until(
    `${run} is cleaned`,
    async () => {
      const shown = await desk.show(run);
      return shown.cleanedAt === undefined ? undefined : shown;
    },
    60,
  );

test('the commit before has the version before', async () => {
  expect((await before.client('--version')).stdout).toBe('0.1.0\n');
  expect((await now.client('--version')).stdout).toBe('0.2.0\n');
});

test.each([
  ['an earlier client', 'this version', (): [Desk, Desk] => [before, now]],
  ['this client', 'the earlier version', (): [Desk, Desk] => [now, before]],
] as const)('%s and the functions of %s', async (_client, _functions, desksOf) => {
  const [client, cloud] = desksOf();
  await startCloudOf(cloud);
  const done = expectOk(await client.client('commit', '--json', client.notebook('a.ipynb', ['print("said")'])));
  expect(done.stderr).toMatch(OTHER_VERSION);
  const [{ run } = { run: '' }] = JSON.parse(done.stdout) as { run: string }[];
  expect(await untilCleaned(client, run)).toMatchObject({ status: 'succeeded', attempt: 1 });
  expect(expectOk(await client.client('logs', run)).stdout).toContain('said');
  expect(expectOk(await client.client('pull', run)).stdout).toContain('a.ipynb');
  expectOk(await client.client('rm', run));
});

test.each([
  ['an earlier agent', 'this version', (): [Desk, Desk] => [before, now]],
  ['this agent', 'the earlier version', (): [Desk, Desk] => [now, before]],
] as const)('%s, whose run the functions of %s finish', async (_agent, _functions, desksOf) => {
  const [first, second] = desksOf();
  await startCloudOf(first);
  const word = join(first.project, 'go-on');
  rmSync(word, { force: true });
  const wait = `import os, time\nprint("waits", flush=True)\nwhile not os.path.exists(${JSON.stringify(word)}): time.sleep(0.05)`;
  const sent = expectOk(await first.client('commit', '--detach', first.notebook('waits.ipynb', [wait, 'x = 1'])));
  const run = sent.stdout.trim();
  await until('its log so far', async () => (await first.client('logs', run)).code === 0 || undefined, 60);
  await startCloudOf(second);
  expect(expectOk(await second.client('logs', run)).stdout).toContain('waits');
  writeFileSync(word, '');
  expect(await untilCleaned(second, run)).toMatchObject({ status: 'succeeded', attempt: 1 });
});
