// `start` over the wire: the test answers in the functions' place.
import { writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import {
  type InstanceDocument,
  type InstanceSpec,
  parseWith,
  startRequest,
  type StartRequest,
} from '@mymlops/protocol';
import { start, type StartTools } from '../../../client/src/commands/start';
import type { Context } from '../../../client/src/core/context';
import type { StartOptions } from '../../../client/src/instances/plan-start';
import { submitter } from '../../../client/src/runs/submitter';
import { testContext, type TestContext } from '../context';
import { startStandIns, type StandIns } from '../stand-ins';
import { useTempFolders, writeFiles } from '../temp-folder';
import { documentsFor, instance, type Shown, SPEC } from './documents';

const tempFolder = useTempFolders();
const CONFIG = `
start:
  idle: 30m
  services:
    jupyter: {command: jupyter lab, port: 8888, path: /api, token: JUPYTER_TOKEN}
profiles:
  gpu: {start: {idle: 5m}}
`;

let deployment: StandIns;
let folder: string;
beforeEach(async () => {
  folder = join(tempFolder(), 'work');
  writeFiles(folder, { 'mymlops.yml': CONFIG, 'a.txt': 'a' });
  deployment = await startStandIns(tempFolder());
});
afterEach(async () => {
  // The end of the client's stream arrives before the answer to this: no stream is cut off.
  await deployment.firestore.doc('instances/none').get();
  await deployment.close();
});

const here = (overrides: Partial<Context> = {}): TestContext =>
  testContext({
    ...{ cwd: folder, flags: { project: 'my-project' } },
    env: { PATH: process.env['PATH'], HOME: folder, MYMLOPS_HOME: join(folder, '../state') },
    ...overrides,
  });

function run(
  context: Context,
  name?: string,
  options: StartOptions = {},
  tools: Partial<StartTools> = {},
): Promise<number> {
  return start(context, name, options, {
    ...{ open: deployment.open, launch: () => Promise.resolve(false), patienceMs: 10_000 },
    ...{ randomInt: () => 0, now: () => new Date('2026-01-01T12:00:00.000Z') },
    ...tools,
  });
}

const set = (name: string, document: InstanceDocument): Promise<unknown> =>
  deployment.firestore.doc(`instances/${name}`).set(JSON.parse(JSON.stringify(document)) as object);

/** Writes these states for each start, one after the other. */
function answerWith(...states: Shown[]): StartRequest[] {
  const requests: StartRequest[] = [];
  deployment.onMessage(async (message) => {
    const request = message as unknown as StartRequest;
    requests.push(request);
    for (const document of documentsFor(request, states)) await set(request.name, document);
  });
  return requests;
}

const saidBy = (context: TestContext): string => context.said.join('\n');

/** The specification of this project, as the file says. */
const OURS: InstanceSpec = { ...SPEC, idleSeconds: 1800 };

test('a new instance: a request that the functions take, each state, and the address without its token', async () => {
  const requests = answerWith({ status: 'queued', message: 'Waiting for a VM.' }, { status: 'ready' });
  const context = here();
  expect(await run(context)).toBe(0);
  const [request] = requests;
  expect(parseWith(startRequest, request)).toMatchObject({ ok: true });
  expect(request).toMatchObject({
    ...{ name: 'work', uid: 'aaaaaa', period: 1, waitSeconds: 600 },
    spec: { idleSeconds: 1800, services: SPEC.services, source: { tree: expect.stringMatching(/^[0-9a-f]{40}$/) } },
  });
  expect(request?.spec).not.toHaveProperty('environment');
  expect(context.printed()).toBe('http://127.0.0.1:8888/\n');
  expect(context.said[0]).toBe('project my-project (Google Cloud), deployment mymlops');
  const said = saidBy(context);
  expect(said).toMatch(/^work is ready\.$/m);
  expect(said).toMatch(/^ {2}gcloud compute ssh mymlops-work-aaaaaa-1 --project my-project --zone us-central1-a /m);
  expect(said).toMatch(/^The page asks for a token\. To see it in the address: --show-token$/m);
  expect(said).toMatch(/^It stops by itself when nobody has worked on it for 30 min 00 s, and at 2026-01-0/m);
});

test('one that is ready is opened: nothing is sent', async () => {
  await set('work', instance({ status: 'ready', spec: OURS, owner: submitter() }));
  const context = here();
  expect(await run(context)).toBe(0);
  expect(deployment.received).toEqual([]);
  expect(context.printed()).toBe('http://127.0.0.1:8888/\n');
});

test('one that is stopped gets its next period, with its VM and source', async () => {
  const source = { tree: 'a'.repeat(40), commit: 'b'.repeat(40) };
  const machine = { provisioning: 'spot' as const, machineType: 'e2-small' };
  await set(
    'work',
    instance({ status: 'stopped', started: 2, spec: { ...SPEC, source, machine }, owner: submitter() }),
  );
  const requests = answerWith({ status: 'ready' });
  const context = here();
  expect(await run(context)).toBe(0);
  expect(requests).toMatchObject([
    { period: 3, uid: 'abc123', spec: { idleSeconds: 1800, source, machine: { provisioning: 'spot' } } },
  ]);
  const said = saidBy(context);
  expect(said).toContain('work is started again, with its disk as it was.');
  expect(said).toMatch(
    /It applies now:\n {2}idle: 1 h 00 min -> 30 min 00 s\n {2}instance\.machine_type: e2-small -> the deployment's$/m,
  );
  expect(said).toMatch(/^Not applied, .*\n {2}instance\.provisioning: spot -> standard$/m);
});

test('one of the default name that is somebody else’s is refused; by its name it is opened', async () => {
  await set('work', instance({ status: 'ready', spec: OURS }));
  await expect(run(here())).rejects.toThrow(
    'work belongs to ada@home. For one of your own: mymlops-client start NAME.',
  );
  const context = here();
  expect(await run(context, 'work')).toBe(0);
  expect(saidBy(context)).toContain('work belongs to ada@home.');
});

test('--new creates another one, a profile has one of its own, and a name is a name', async () => {
  await set('work', instance({ status: 'ready' }));
  const requests = answerWith({ status: 'ready' });
  await run(here(), undefined, { new: true });
  await run(here(), undefined, { profile: 'gpu' });
  await run(here(), 'cpu1', { wait: '2h', max: '4h' });
  expect(requests).toMatchObject([
    { name: 'work-2' },
    { name: 'work-gpu', spec: { profile: 'gpu', idleSeconds: 300 } },
    { name: 'cpu1', waitSeconds: 7200, spec: { maxSeconds: 14_400, softStopSeconds: 14_400 } },
  ]);
});

test('--show-token prints the token that the VM made, and nothing else does', async () => {
  await set('work', instance({ status: 'ready', spec: OURS, owner: submitter() }));
  const { results } = await (await deployment.open()).buckets();
  const file = join(tempFolder(), 'token');
  writeFileSync(file, 'secret+token\n');
  await results.uploadNew(file, 'instances/work/abc123/vms/1/token');
  const [shown, plain] = [here(), here()];
  expect(await run(shown, undefined, { showToken: true })).toBe(0);
  expect(await run(plain)).toBe(0);
  expect(shown.printed()).toBe('http://127.0.0.1:8888/?token=secret%2Btoken\n');
  expect(`${plain.printed()}${saidBy(plain)}`).not.toContain('secret');
});

test('--show-token before the VM has sent it', async () => {
  await set('work', instance({ status: 'ready', spec: OURS, owner: submitter() }));
  const context = here();
  expect(await run(context, undefined, { showToken: true })).toBe(0);
  expect(saidBy(context)).toContain('The token of work is not in the bucket yet.');
});

test('on this computer --open sends the browser to the service, with its token, once', async () => {
  const services = SPEC.services.map((service) => ({ ...service, port: 8890 }));
  await set('work', instance({ status: 'ready', spec: { ...OURS, services }, owner: submitter() }));
  const { results } = await (await deployment.open()).buckets();
  const file = join(tempFolder(), 'token');
  writeFileSync(file, 'secret');
  await results.uploadNew(file, 'instances/work/abc123/vms/1/token');
  const launched: string[] = [];
  let location: Promise<string | undefined> | undefined;
  const launch = (url: string): Promise<boolean> => {
    launched.push(url);
    location = new Promise((resolve, reject) => {
      get(url, (response) => resolve(response.resume().headers.location)).on('error', reject);
    });
    return Promise.resolve(true);
  };
  const context = here({ flags: { local: true } });
  expect(await run(context, undefined, { open: true }, { launch })).toBe(0);
  expect(await location).toBe('http://127.0.0.1:8890/?token=secret');
  expect(launched.join(' ')).not.toContain('token=');
  expect(saidBy(context)).not.toContain('gcloud');
});

test('a browser that cannot be started gets its line', async () => {
  await set('work', instance({ status: 'ready', spec: OURS, owner: submitter() }));
  const context = here({ flags: { local: true } });
  expect(await run(context, undefined, { open: true })).toBe(0);
  expect(saidBy(context)).toContain('The browser did not come. Open the address yourself.');
});

test('on this computer each instance gets a port of its own, and the variables of the shell', async () => {
  await set('other', instance({ status: 'stopped' }));
  const requests = answerWith({ status: 'ready' });
  const context = here({ flags: { local: true } });
  expect(await run(context)).toBe(0);
  const [request] = requests;
  const port = request?.spec.services[0]?.port ?? 0;
  expect(port).toBeGreaterThan(8888);
  expect(context.printed()).toBe(`http://127.0.0.1:${port}/\n`);
  expect(request?.spec.environment).toHaveProperty('PATH');
});

test('a start command that fails: the reason, the end of the log, and that the VM is on', async () => {
  const { results } = await (await deployment.open()).buckets();
  const file = join(tempFolder(), 'log');
  writeFileSync(file, 'first\njupyter: command not found\n');
  await results.uploadNew(file, 'instances/work/aaaaaa/vms/1/log.txt');
  answerWith({ status: 'unready', message: 'The service jupyter ends at once: exit 127.' });
  const context = here();
  expect(await run(context)).toBe(100);
  const said = saidBy(context);
  expect(said).toMatch(/^work is not ready: The service jupyter ends at once: exit 127\.$/m);
  expect(said).toMatch(/^ {2}\| jupyter: command not found$/m);
  expect(said).toMatch(/^Its VM is on\. It stops by itself /m);
  expect(context.printed()).toBe('');
});

test('a service that ends again and again: the command that shows why, once', async () => {
  const down = (restarts: number): Shown => ({
    ...{ status: 'starting', said: { services: { jupyter: { state: 'down', restarts } } } },
  });
  answerWith(down(1), down(3), down(4), { status: 'unready', message: 'jupyter did not answer for 20 min.' });
  const context = here();
  expect(await run(context)).toBe(100);
  const lines = context.said.filter((line) => line.includes('again and again'));
  expect(lines).toEqual(['jupyter ends again and again. To see why: mymlops-client logs work']);
});

test('no capacity: it ended, with the reason', async () => {
  answerWith({ status: 'stopped', reason: 'no-capacity', message: 'No zone had a VM of the machine type.' });
  const context = here();
  expect(await run(context)).toBe(100);
  expect(saidBy(context)).toMatch(/^work: stopped\. No zone had a VM of the machine type\.$/m);
});

test('Ctrl-C leaves it on, and says until when', async () => {
  const interruption = new AbortController();
  deployment.onMessage(async (message) => {
    const request = message as unknown as StartRequest;
    for (const document of documentsFor(request, [{ status: 'starting' }])) await set(request.name, document);
  });
  const context = here({ interrupted: interruption.signal });
  const notice = context.notice;
  context.notice = (line) => {
    notice(line);
    if (line.startsWith('work: starting')) interruption.abort();
  };
  expect(await run(context)).toBe(130);
  expect(saidBy(context)).toMatch(/^work goes on without this command\. It stops by itself when .* at the latest\.$/m);
  expect(saidBy(context)).toMatch(/^ {2}to stop it: mymlops-client stop work$/m);
});

test('--detach prints the name', async () => {
  answerWith({ status: 'queued' });
  const context = here();
  expect(await run(context, undefined, { detach: true })).toBe(0);
  expect(context.printed()).toBe('work\n');
});

test.each<[string, Partial<InstanceSpec>, number | RegExp]>([
  ['an equal one is joined', {}, 0],
  ['another one is refused', { idleSeconds: 60 }, /created work at the same moment, with another specification/],
])('two computers create a name at once: %s', async (_what, change, end) => {
  deployment.onMessage(async (message) => {
    const { spec, name } = message as unknown as StartRequest;
    await set(name, instance({ status: 'ready', uid: 'zzz999', spec: { ...spec, ...change } }));
  });
  const context = here();
  const running = run(context);
  if (typeof end === 'number') {
    expect(await running).toBe(end);
    expect(saidBy(context)).toContain('ada@home created work at the same moment: it is the same.');
    expect(context.printed()).toBe('http://127.0.0.1:8888/\n');
  } else await expect(running).rejects.toThrow(end);
});

test('a repository is cloned; one that needs a key is not, and the snapshot is sent', async () => {
  const requests = answerWith({ status: 'ready' });
  const withRepository = (address: string): void =>
    writeFiles(folder, { 'mymlops.yml': `start: {repository: {url: '${address}', branch: main}}\n` });
  withRepository('https://example.org/a.git');
  await run(here(), 'one');
  withRepository('git@example.org:a.git');
  const context = here();
  await run(context, 'two');
  expect(requests[0]?.spec).toMatchObject({ repository: { url: 'https://example.org/a.git', branch: 'main' } });
  expect(requests[0]?.spec).not.toHaveProperty('source');
  expect(requests[1]?.spec).not.toHaveProperty('repository');
  expect(requests[1]?.spec).toHaveProperty('source');
  expect(saidBy(context)).toContain('start.repository needs a key, which the VM of an instance does not get');
  withRepository('../a.git');
  await expect(run(here(), 'three')).rejects.toThrow('which a VM on Google Cloud cannot reach');
});

test('secrets must be stored', async () => {
  writeFiles(folder, { 'mymlops.yml': 'start: {secrets: [API_KEY]}\n' });
  await expect(run(here())).rejects.toThrow(/has no secret API_KEY\. Nothing was sent\./);
  // The next period gets them, too.
  await set('work', instance({ status: 'stopped', spec: OURS, owner: submitter() }));
  await expect(run(here())).rejects.toThrow(/has no secret API_KEY\. Nothing was sent\./);
  expect(deployment.received).toEqual([]);
});

test('local SSDs are lost at each stop, which the command says', async () => {
  answerWith({ status: 'ready' });
  writeFiles(folder, { 'mymlops.yml': 'start: {instance: {machine_type: z3-highmem-8}}\n' });
  const context = here();
  expect(await run(context)).toBe(0);
  expect(saidBy(context)).toMatch(
    /^z3-highmem-8 has local SSDs, which lose their content whenever the VM is stopped\./m,
  );
  expect(saidBy(context)).toContain('work has no services: add some to start.services in mymlops.yml.');
});

describe('refused in one sentence', () => {
  test('without a file, and without a section', async () => {
    await expect(run(here({ cwd: tempFolder() }))).rejects.toThrow(
      /^There is no mymlops\.yml here or above\. .*start NAME$/,
    );
    await expect(run(here({ cwd: tempFolder() }), 'cpu')).rejects.toThrow(
      /^There is no instance cpu, .*\n\nstart:\n {2}services:/,
    );
    await expect(run(here({ cwd: tempFolder() }), 'cpu', { profile: 'p' })).rejects.toThrow(
      /Leave --profile out, or go to/,
    );
  });

  test('a profile and a time that cannot be used', async () => {
    await expect(run(here(), undefined, { profile: 'gpus' })).rejects.toThrow('did you mean gpu?');
    await expect(run(here(), undefined, { wait: 'long' })).rejects.toThrow('--wait must be a duration such as 30m');
  });

  test('functions of an earlier version', async () => {
    const older = async () => ({
      ...(await deployment.open()),
      settings: () => Promise.resolve({ version: '0.1.4' } as never),
    });
    await expect(run(here(), undefined, {}, { open: older })).rejects.toThrow(
      /version 0\.1\.4, which does not know instances: 0\.2\.0 is the first/,
    );
    expect(deployment.received).toEqual([]);
  });
});

test('one that exists is opened from any folder', async () => {
  await set('cpu', instance({ status: 'ready' }));
  const context = here({ cwd: tempFolder() });
  expect(await run(context, 'cpu')).toBe(0);
  expect(context.printed()).toBe('http://127.0.0.1:8888/\n');
});
