// `image build` over the wire: the test answers in the functions' place.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildAttemptPrefix,
  buildRequest,
  type ImageDocument,
  imageResource,
  LOG_FILE,
  parseWith,
} from '@mymlops/protocol';
import { imageBuild } from '../../../client/src/commands/image-build';
import type { Context } from '../../../client/src/core/context';
import type { Deployment } from '../../../client/src/deployment/connect';
import type { BuildOptions } from '../../../client/src/images/build-options';
import { testContext, type TestContext } from '../context';
import { startStandIns, type StandIns } from '../stand-ins';
import { useTempFolders, writeFiles } from '../temp-folder';
import { buildAt, listed, type Listed, ready } from './listed';

const tempFolder = useTempFolders();
const TEMPLATES = join(__dirname, '../../../client/templates');

let deployment: StandIns;
let folder: string;
beforeEach(async () => {
  folder = tempFolder();
  writeFiles(folder, { 'setup.sh': 'pip install torch\n', 'mymlops.yml': 'commit:\n  command: ./run.sh\n' });
  deployment = await startStandIns(tempFolder());
});
afterEach(() => deployment.close());

const here = (overrides: Partial<Context> = {}): TestContext =>
  testContext({ cwd: folder, flags: { project: 'my-project' }, templates: TEMPLATES, ...overrides });

const build = (context: Context, name: string | undefined, options: BuildOptions): Promise<number> =>
  imageBuild(context, name, options, deployment.open);

type Request = Pick<ImageDocument, 'request'>['request'] & { type: string; build: string };

const set = (id: string, document: object): Promise<unknown> =>
  deployment.firestore.doc(`images/${id}`).set(JSON.parse(JSON.stringify(document)) as object);

async function has(...given: ReturnType<typeof listed>[]): Promise<void> {
  for (const { id, document } of given) await set(id, { ...document, attempts: {} });
}

/** The documents of a build, in their order, as functions write them for its request. */
function documentsOf(request: Request, states: Partial<ImageDocument>[]): ImageDocument[] {
  const { build: id, name, content, submittedAt, submittedBy } = request;
  const base = {
    ...{ v: 1 as const, status: 'queued' as const, message: 'Waiting for a VM.', live: true, attempts: {} },
    ...{ request, name, content, submittedAt, submittedBy, acceptedAt: submittedAt },
  };
  const image = imageResource('mymlops', name, id);
  const made = { name: image, family: `mymlops-${name}`, attempt: 1, requestedAt: submittedAt };
  return states.map((state) => ({ ...base, ...(state.status === 'ready' && { image, made }), ...state }));
}

const AT = '2026-01-01T00:12:00.000Z';
const READY: Partial<ImageDocument> = {
  ...{ status: 'ready', message: 'The image x is ready.', live: false, finishedAt: AT },
  end: { status: 'ready', message: 'The image x is ready.', at: AT },
};

/** Writes these states of each build, one after the other. */
function answerWith(states: Partial<ImageDocument>[]): Request[] {
  const requests: Request[] = [];
  deployment.onMessage(async (message) => {
    const request = message as unknown as Request;
    if (request.type !== 'build') return;
    requests.push(request);
    for (const document of documentsOf(request, states)) await set(request.build, document);
  });
  return requests;
}

test('a request that the functions take, and the line for mymlops.yml on stdout', async () => {
  writeFiles(folder, { 'requirements.txt': 'torch\n' });
  await deployment.secrets.set('mymlops_TOKEN', Buffer.from('x'));
  const requests = answerWith([READY]);
  const context = here();
  const options = { setup: 'setup.sh', file: ['requirements.txt'], secret: ['TOKEN'], gpu: true, maxTime: '30m' };
  expect(await build(context, 'torch', options)).toBe(0);
  expect(context.printed()).toBe('image: family/mymlops-torch\n');
  const [request] = requests;
  expect(parseWith(buildRequest, request)).toMatchObject({ ok: true });
  expect(request).toMatchObject({
    ...{ name: 'torch', secrets: ['TOKEN'], gpuImage: true, maxBuildSeconds: 1800 },
    machine: { provisioning: 'standard' },
    setup: expect.stringMatching(/^base64 -d >'\.\/requirements\.txt'[^]*\npip install torch\n$/),
  });
  expect(context.said[0]).toBe('project my-project (Google Cloud), deployment mymlops');
  expect(context.said[1]).toMatch(/^The base has the GPU driver\. The VM that builds has no GPU/);
  expect(context.said.join('\n')).toMatch(
    new RegExp(`^${request?.build}: ready after .*\n  The image x is ready\\.$`, 'm'),
  );
});

test('--base needs no files: our own setup, for CPU and GPU', async () => {
  const requests = answerWith([READY]);
  const context = here({ cwd: tempFolder() });
  expect(await build(context, undefined, { base: true })).toBe(0);
  expect(await build(context, undefined, { base: true, gpu: true })).toBe(0);
  const setup = readFileSync(join(TEMPLATES, 'image/base.sh'), 'utf8');
  expect(requests).toMatchObject([
    { name: 'cpu', setup },
    { name: 'gpu', setup, gpuImage: true },
  ]);
  expect(requests[0]).not.toHaveProperty('gpuImage');
  expect(context.printed()).toBe('image: family/mymlops-cpu\nimage: family/mymlops-gpu\n');
});

test('the machine type and disk of a profile, without its GPU', async () => {
  writeFiles(folder, {
    'mymlops.yml': [
      'commit: { command: ./run.sh }',
      'profiles:',
      '  gpu: { commit: { instance: { machine_type: n1-standard-4, accelerator: nvidia-tesla-t4, disk: { size: 200GB } } } }',
    ].join('\n'),
  });
  const requests = answerWith([READY]);
  const context = here();
  expect(await build(context, 'torch', { setup: 'setup.sh', profile: 'gpu' })).toBe(0);
  expect(requests[0]).toMatchObject({
    gpuImage: true,
    machine: { machineType: 'n1-standard-4', provisioning: 'standard', disk: { sizeGb: 200 } },
  });
  expect(requests[0]?.machine).not.toHaveProperty('accelerator');
  expect(context.said.at(-1)).toContain('has 200 GB at least: give a run as much, with disk: { size: 200GB }');
  await expect(build(here(), 'torch', { setup: 'setup.sh', profile: 'gpus' })).rejects.toThrow(/did you mean gpu\?$/);
  await expect(
    build(here({ cwd: tempFolder() }), 'x', { setup: join(folder, 'setup.sh'), profile: 'gpu' }),
  ).rejects.toThrow('There is no mymlops.yml here that could have a profile gpu. Leave --profile out.');
});

test('an equal image is used, one that is under way is followed, and --rebuild builds', async () => {
  const requests = answerWith([READY]);
  const options = { setup: 'setup.sh' };
  expect(await build(here(), 'torch', options)).toBe(0);
  const again = here();
  expect(await build(again, 'torch', options)).toBe(0);
  expect(requests).toHaveLength(1);
  expect(again.said.join('\n')).toMatch(
    /mymlops-torch-\d{8}-\d{6}-[a-z0-9]{4} was made from the same setup \d+ \w+ ago: nothing is sent\. To build it again: --rebuild/,
  );
  expect(again.printed()).toBe('image: family/mymlops-torch\n');
  expect(await build(here(), 'torch', { ...options, rebuild: true })).toBe(0);
  expect(requests).toHaveLength(2);
  expect(await build(here(), 'jax', options)).toBe(0);
  writeFiles(folder, { 'setup.sh': 'pip install torch==2\n' });
  expect(await build(here(), 'torch', options)).toBe(0);
  expect(requests.map(({ name }) => name)).toEqual(['torch', 'torch', 'jax', 'torch']);

  const content = requests.at(-1)?.content ?? '';
  await has(listed({ hour: 1, content, submittedAt: '2099-01-01T00:00:00.000Z' }));
  const line = `${buildAt(1)} builds the same already: nothing is sent.`;
  const following = here();
  const notice = (said: string): void => {
    following.said.push(said);
    if (said === line) void set(buildAt(1), { ...listed({ hour: 1, content }).document, attempts: {}, ...READY });
  };
  expect(await build({ ...following, notice }, 'torch', options)).toBe(0);
  expect(following.said).toContain(line);
  expect(requests).toHaveLength(4);
});

test('the older images of the name go, and it says so', async () => {
  const kept: Listed[] = [{ hour: 4 }, { hour: 2 }, { hour: 1 }];
  await has(...kept.map(ready), ready({ hour: 3, name: 'jax' }));
  writeFiles(folder, {
    'mymlops.yml': `commit: { command: ./run.sh, instance: { image: mymlops-torch-${buildAt(2)} } }\n`,
  });
  answerWith([READY]);
  const context = here();
  expect(await build(context, 'torch', { setup: 'setup.sh', gpu: true })).toBe(0);
  // Before the build one that an earlier build has left, and again after it: nothing has removed it meanwhile.
  const removals = deployment.received.filter((message) => !('setup' in message));
  expect(removals).toMatchObject([{ build: buildAt(1) }, { build: buildAt(1) }]);
  expect(context.said.at(-1)).toBe(`mymlops-torch-${buildAt(1)} is being removed: the last two of its family stay.`);
});

test('older images that --no-follow or Ctrl-C had left stayed for ever: the next build removes them', async () => {
  await has(...[1, 2, 3, 4].map((hour) => ready({ hour })));
  const context = here();
  expect(await build(context, 'torch', { setup: 'setup.sh', follow: false })).toBe(0);
  expect(deployment.received).toMatchObject([
    { type: 'remove-image', build: buildAt(2) },
    { type: 'remove-image', build: buildAt(1) },
    { type: 'build' },
  ]);
  expect(context.printed()).toBe(`${(deployment.received[2] as Request).build}\n`);
});

describe('an image that somebody deleted in the console', () => {
  const equal = async (): Promise<Request> => {
    const requests = answerWith([READY]);
    await build(here(), 'torch', { setup: 'setup.sh' });
    return requests[0] as Request;
  };

  test('was used as if it existed: it is built again', async () => {
    const { build: id } = await equal();
    deployment.goneImages = new Set([`mymlops-torch-${id}`]);
    const context = here();
    expect(await build(context, 'torch', { setup: 'setup.sh' })).toBe(0);
    expect(deployment.received.map((message) => (message as Request).type)).toEqual(['build', 'build']);
    expect(context.said).toContain(`mymlops-torch-${id} does not exist any more: it was deleted outside of mymlops.`);
  });

  test('is none of the last two that stay', async () => {
    await has(...[1, 2, 3].map((hour) => ready({ hour })));
    deployment.goneImages = new Set([`mymlops-torch-${buildAt(3)}`]);
    expect(await build(here(), 'torch', { setup: 'setup.sh', follow: false })).toBe(0);
    expect(deployment.received).toMatchObject([{ type: 'build' }]);
  });

  test('where that cannot be looked up, a line says so, and the image is used', async () => {
    await equal();
    deployment.goneImages = null;
    const context = here();
    expect(await build(context, 'torch', { setup: 'setup.sh' })).toBe(0);
    expect(deployment.received).toHaveLength(1);
    expect(context.said).toContainEqual(
      expect.stringMatching(/^Whether the images still exist could not be looked up: .*Compute Engine is away/),
    );
  });
});

test('each state is a line', async () => {
  const made = { name: 'i', family: 'f', attempt: 1, requestedAt: AT };
  const states: Partial<ImageDocument>[] = [
    {},
    { status: 'building', message: 'The VM is starting.' },
    { status: 'building', phase: 'boot', message: 'The VM is starting.' },
    { status: 'building', phase: 'setup', message: 'The setup is running.' },
    { status: 'building', phase: 'scrub', message: 'Keys are removed.' },
    { status: 'building', phase: 'scrub', made, message: 'Google makes the image of the disk.' },
    { ...READY, live: true },
    READY,
  ];
  let request: Request | undefined;
  const left = [...states];
  // The next state follows when the client has shown the one before it: none is skipped.
  const next = async (): Promise<void> => {
    const state = left.shift();
    if (!request || !state) return;
    for (const document of documentsOf(request, [state])) await set(request.build, document);
  };
  deployment.onMessage(async (message) => {
    request = message as unknown as Request;
    await next();
  });
  const context = here();
  const notice = (line: string): void => {
    context.said.push(line);
    if (request && line.startsWith(request.build) && !line.endsWith(': sent')) void next();
  };
  expect(await build({ ...context, notice }, 'torch', { setup: 'setup.sh' })).toBe(0);
  const id = request?.build ?? '';
  const said = context.said.filter((line) => line.startsWith(id)).map((line) => line.slice(id.length));
  expect(said.filter((line) => line !== ': sent')).toEqual([
    ': queued, Waiting for a VM.',
    ': building',
    ': building, boot',
    ': building, setup',
    ': building, scrub',
    ': building, making the image',
    expect.stringMatching(/^: ready after /),
  ]);
});

test('a failure shows the end of the log', async () => {
  const lines = Array.from({ length: 3000 }, (_, index) => `line ${index}`);
  const opened = await deployment.open();
  const { results } = await opened.buckets();
  const end = {
    status: 'failed' as const,
    reason: 'setup-failed' as const,
    message: 'The setup ended with exit code 1.',
    at: AT,
  };
  deployment.onMessage(async (message) => {
    const request = message as unknown as Request;
    const log = join(folder, 'log.txt');
    writeFiles(folder, { 'log.txt': `${lines.join('\n')}\n\u001b[2Jno such package\n` });
    await results.uploadNew(log, `${buildAttemptPrefix(request.build, 1)}${LOG_FILE}`);
    const failed = { status: 'failed' as const, reason: end.reason, end, live: false, attempt: 1 };
    for (const document of documentsOf(request, [failed])) await set(request.build, document);
  });
  const context = here();
  expect(await build(context, 'torch', { setup: 'setup.sh' })).toBe(100);
  const id = (deployment.received[0] as Request).build;
  const said = context.said.slice(context.said.findIndex((line) => line.startsWith(`${id}: failed`)));
  expect(said[0]).toMatch(/: failed \(setup-failed\) after /);
  expect(said.slice(1, 4)).toEqual(['  The setup ended with exit code 1.', 'The end of its log:', '  | line 2981']);
  expect(said.slice(-2)).toEqual(['  | no such package', `  to see all: mymlops-client image logs ${id}`]);
  expect(context.printed()).toBe('');
  await opened.close();
});

test('Ctrl-C leaves the build going, and says how to end it', async () => {
  const interruption = new AbortController();
  answerWith([{ status: 'building', phase: 'setup' }]);
  const said: string[] = [];
  const notice = (line: string): void => {
    said.push(line);
    if (line.endsWith('building, setup')) interruption.abort();
  };
  const context = { ...here({ interrupted: interruption.signal }), notice };
  expect(await build(context, 'torch', { setup: 'setup.sh' })).toBe(130);
  const id = (deployment.received[0] as Request).build;
  expect(said.slice(-3)).toEqual([
    `${id} continues in the background.`,
    '  to follow it: the same command again',
    `  to end it:    mymlops-client image cancel ${id}`,
  ]);
  expect(deployment.received).toHaveLength(1);
});

test.each<[what: string, code: number, lines: unknown[]]>([
  ['refused: no build exists', 7, []],
  [
    'without an answer: it may have been accepted, and is named',
    14,
    [
      expect.stringMatching(/^\d{8}-\d{6}-[a-z0-9]{4} may have been accepted nevertheless\.$/),
      '  to check: mymlops-client image ls',
      expect.stringMatching(/^ {2}to end it: mymlops-client image cancel \d{8}-\d{6}-[a-z0-9]{4}$/),
    ],
  ],
])('%s', async (_what, code, lines) => {
  const opened = await deployment.open();
  const publish = (): Promise<void> => Promise.reject(Object.assign(new Error('no'), { code }));
  const unlucky = { ...opened, bus: () => Promise.resolve({ publish }) } as unknown as Deployment;
  const context = here();
  await expect(imageBuild(context, 'torch', { setup: 'setup.sh' }, () => Promise.resolve(unlucky))).rejects.toThrow(
    'no',
  );
  expect(context.said.slice(1)).toEqual(lines);
});

test('older images that cannot be removed leave the new one ready', async () => {
  await has(ready({ hour: 1 }), ready({ hour: 2 }));
  answerWith([READY]);
  const opened = await deployment.open();
  const bus = await opened.bus();
  const publish: typeof bus.publish = (request) =>
    request.type === 'build' ? bus.publish(request) : Promise.reject(new Error('the topic is gone'));
  const unlucky: Deployment = { ...opened, bus: () => Promise.resolve({ ...bus, publish }) };
  const context = here();
  expect(await imageBuild(context, 'torch', { setup: 'setup.sh' }, () => Promise.resolve(unlucky))).toBe(0);
  expect(context.printed()).toBe('image: family/mymlops-torch\n');
  expect(context.said.at(-1)).toMatch(/^The older images of mymlops-torch stay: [^]*the topic is gone/);
});

test('a missing secret: nothing is sent', async () => {
  await expect(build(here(), 'torch', { setup: 'setup.sh', secret: ['TOKEN'] })).rejects.toThrow(
    'The deployment mymlops has no secret TOKEN. Nothing was sent. Store it:\n  mymlops-client secrets set TOKEN',
  );
  expect(deployment.received).toEqual([]);
});

test('on this computer there are no images: nothing is started or sent', async () => {
  const open = (): Promise<Deployment> => Promise.reject(new Error('opened'));
  const context = here({ flags: { local: true } });
  await expect(imageBuild(context, 'torch', { setup: 'setup.sh' }, open)).rejects.toThrow(
    'Runs on this computer use its own Python: images are for VMs on Google Cloud. Name the project: --project ID',
  );
});

test('a deployment of before: the command that upgrades it, and nothing is sent', async () => {
  const names = { project: 'my-project', deployment: 'mymlops' };
  let closed = 0;
  const old = {
    connection: { names },
    settings: () => Promise.resolve({ version: '0.1.4' }),
    close: () => Promise.resolve(void closed++),
  } as unknown as Deployment;
  await expect(imageBuild(here(), 'torch', { setup: 'setup.sh' }, () => Promise.resolve(old))).rejects.toThrow(
    'Deployment "mymlops" has version 0.1.4, which does not build images: 0.2.0 is the first that does. Upgrade it: mymlops-client deploy --project my-project',
  );
  expect(closed).toBe(1);
});
