// An image from its request to ready, to a run's VM that starts from it, to its removal: all three functions with Google's own
// libraries on the stand-ins, each with its own rights. The test says what the agent of the VM would.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { imageResource, vmName, type ImageState, type ImageSummary } from '@mymlops/protocol';
import { imageKind } from '../../functions/src/engine/image/kind';
import { summarize } from '../../functions/src/engine/image/status';
import { runKind } from '../../functions/src/engine/run/kind';
import { aBuild, BUILD } from '../control/image-builds';
import { copyingVms } from '../deploy/local/compute/copying-vms';
import { eventually } from '../deploy/local/harness';
import { aCommit, RUN } from '../fakes/builders';
import { identityAttributes } from '../fakes/identity-attributes';
import type { Loss } from './compute/lossy';
import { startWholeFunctions, type WholeFunctions } from './whole-functions';

/** Keeps the identity token that it gets, and a file that belongs into the image. */
const STARTUP = `#!/bin/bash
metadata() { curl -fsS -H 'Metadata-Flavor: Google' "http://$GCE_METADATA_HOST/computeMetadata/v1/instance/$1"; }
[ ! -e installed ] || { cp installed seen.part && mv seen.part seen; }
build="$(metadata attributes/mymlops-build)" || exec sleep 600
echo 'torch 2' >installed
metadata "service-accounts/default/identity?audience=image/$build&format=full" >token.part
mv token.part token
exec sleep 600
`;

const IMAGE = imageResource('mymlops', 'torch', BUILD);
const VM = `mymlops-image-${BUILD}-1`;

let functions: WholeFunctions;
async function open(options: Parameters<typeof startWholeFunctions>[1] = { runner: copyingVms() }): Promise<void> {
  functions = await startWholeFunctions({ startup: STARTUP, shutdown: '#!/bin/bash\n' }, options);
}
let logged: jest.SpyInstance;
beforeEach(() => void (logged = jest.spyOn(console, 'log').mockImplementation(() => undefined)));
afterEach(async () => {
  await functions.close();
  logged.mockRestore();
});

async function documentOf(): Promise<ImageSummary & ImageState> {
  const stored = await functions.contexts.request().documents(imageKind.documents).load(BUILD);
  if (!stored) throw new Error('no such build');
  return { ...stored.state, ...summarize(stored.state) };
}

/** The home folder of a VM; which zone it is in, the function chose. */
async function homeOf(name: string): Promise<string> {
  const { body } = await functions.compute('GET', '/aggregated/instances');
  const scopes = Object.values(body['items'] as Record<string, { instances?: { name: string; id: string }[] }>);
  const found = scopes.flatMap(({ instances = [] }) => instances).find((vm) => vm.name === name);
  return join(functions.computeFolder, 'vms', found?.id ?? 'none', 'home');
}

async function contentOf(vm: string, file: string): Promise<string> {
  const path = join(await homeOf(vm), file);
  await eventually(() => existsSync(path), path);
  return readFileSync(path, 'utf8');
}

let seq = 0;
/** As the agent sends it, with the token that its VM has from the metadata server. */
async function report(state: object): Promise<void> {
  seq += 1;
  const sentAt = new Date().toISOString();
  const message = {
    ...{ v: 1, build: BUILD, attempt: 1, boot: 'boot-0001', writer: 'agent', seq, kind: 'lifecycle', sentAt },
    state: { phase: 'setup', phases: { boot: sentAt }, ...state },
  };
  await functions.publish('events', message, identityAttributes(await contentOf(VM, 'token')));
}

/** Each sweep sees a little more of the cloud. */
async function sweepUntil(holds: () => Promise<boolean>): Promise<void> {
  for (let left = 6; left > 0; left--) {
    await functions.sweep();
    if (await holds()) return;
  }
  throw new Error(`not after six sweeps: ${JSON.stringify(await documentOf())}`);
}

const imageAtGoogle = async (): Promise<Record<string, unknown> | undefined> => {
  const { status, body } = await functions.compute('GET', `/global/images/${IMAGE}`);
  return status === 200 ? body : undefined;
};

/** The report after which the control plane switches the VM off; until the build has ended. */
async function sayScrubbed(): Promise<void> {
  await report({ phase: 'scrub', scrubbed: true });
  await sweepUntil(async () => (await documentOf()).end !== undefined);
}

/** Neither the VM of the build nor its disk is left. */
async function expectNoVm(): Promise<void> {
  if ((await documentOf()).cleanedAt === undefined) {
    await sweepUntil(async () => (await documentOf()).cleanedAt !== undefined);
  }
  for (const collection of ['instances', 'disks']) {
    const { body } = await functions.compute('GET', `/aggregated/${collection}`);
    const found = Object.values(body['items'] as Record<string, object>).filter((scope) => collection in scope);
    expect(found).toEqual([]);
  }
}

test('from a request to an image, to a VM of a run that starts from it, to its removal', async () => {
  await open();
  await functions.publish('requests', aBuild());
  expect(await documentOf()).toMatchObject({ status: 'building', live: true });
  await report({});
  await sayScrubbed();
  expect(await documentOf()).toMatchObject({
    status: 'ready',
    image: IMAGE,
    made: { name: IMAGE, family: 'mymlops-torch', attempt: 1 },
  });
  expect(await imageAtGoogle()).toMatchObject({
    ...{ status: 'READY', family: 'mymlops-torch', diskSizeGb: '100' },
    labels: { 'mymlops-deployment': 'mymlops', mymlops: 'image', 'mymlops-build': BUILD },
  });
  await expectNoVm();
  expect((await documentOf()).live).toBe(false);

  const machine = { provisioning: 'standard' as const, image: 'family/mymlops-torch' };
  await functions.publish('requests', aCommit({ machine }));
  expect(await contentOf(vmName('mymlops', RUN, 1), 'seen')).toBe('torch 2\n');

  const by = { by: 'ann', at: new Date().toISOString() };
  await functions.publish('requests', { v: 1, type: 'remove-image', build: BUILD, ...by });
  expect(await imageAtGoogle()).toBeUndefined();
  await expect(documentOf()).rejects.toThrow('no such build');
  // It stays removed: the request may be delivered again.
  await functions.publish('requests', aBuild());
  await expect(documentOf()).rejects.toThrow('no such build');
});

test('a family without an image: the run ends, and says what is missing', async () => {
  await open();
  await functions.publish(
    'requests',
    aCommit({ machine: { provisioning: 'standard', image: 'family/mymlops-torch' } }),
  );
  const run = await functions.contexts.request().documents(runKind.documents).load(RUN);
  expect(run?.state.end).toMatchObject({ status: 'failed', reason: 'invalid-machine' });
  expect(run?.state.end?.message).toContain('mymlops-torch');
});

test('an image that Google does not make: the build says why, and its VM and disk go, with what Google has of the image', async () => {
  const fault = {
    code: 'QUOTA_EXCEEDED',
    message: "Quota 'IMAGES' exceeded. Limit: 2000.0 globally.",
    httpStatus: 403,
  };
  await open({ runner: copyingVms(), faults: { onImage: () => fault } });
  await functions.publish('requests', aBuild());
  await sayScrubbed();
  const { status, reason, message } = await documentOf();
  expect([status, reason]).toEqual(['failed', 'quota']);
  expect(message).toContain("QUOTA_EXCEEDED: Quota 'IMAGES' exceeded.");
  await expectNoVm();
  expect(await imageAtGoogle()).toBeUndefined();
});

test('this computer makes no images: the build ends with that sentence, and nothing is left', async () => {
  await open({});
  await functions.publish('requests', aBuild());
  await sayScrubbed();
  expect((await documentOf()).message).toContain("a run uses the computer's own Python and packages");
  await expectNoVm();
});

test.each(['broken', '503'] as const)(
  'the first answer to each call that changes something is lost (%s): one VM, one image, nothing left',
  async (loss) => {
    const lost = new Set<string>();
    const lossOf = (call: string): Loss => {
      if (call.startsWith('GET') || lost.has(call)) return undefined;
      lost.add(call);
      return loss;
    };
    await open({ runner: copyingVms(), lossOf });
    await functions.publish('requests', aBuild());
    await sayScrubbed();
    expect((await documentOf()).status).toBe('ready');
    await expectNoVm();
    expect(Object.keys((await documentOf()).attempts)).toEqual(['1']);
    const { body } = await functions.compute('GET', '/global/images');
    expect(body['items']).toEqual([expect.objectContaining({ name: IMAGE, status: 'READY' })]);
    const by = { by: 'ann', at: new Date().toISOString() };
    await functions.publish('requests', { v: 1, type: 'remove-image', build: BUILD, ...by });
    expect(await imageAtGoogle()).toBeUndefined();
    const changes = [...lost].filter((call) => !call.includes('/operations/'));
    expect(changes.map((call) => call.replace(/local-[abc]/, 'ZONE')).toSorted()).toEqual([
      `DELETE /global/images/${IMAGE}`,
      `DELETE /zones/ZONE/disks/${VM}`,
      `DELETE /zones/ZONE/instances/${VM}`,
      'POST /global/images',
      'POST /zones/ZONE/instances',
      `POST /zones/ZONE/instances/${VM}/stop`,
    ]);
  },
);
