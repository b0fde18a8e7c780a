// The build of an image goes through the same loops as a run: a VM, its setup, its disk, an image, nothing left.
import { currentPeriod } from '@mymlops/protocol';
import { BUILD, expectClean, IMAGE, imageDeployment, type ImageDeployment } from './image-builds';

async function begun(): Promise<ImageDeployment> {
  const images = imageDeployment();
  await images.publish(images.requests.build());
  return images;
}

async function ready(): Promise<ImageDeployment> {
  const images = await begun();
  await images.report({ phase: 'scrub', scrubbed: true });
  await images.sweep(2);
  return images;
}

const failure = (reason: string, message: string) => ({
  failure: { reason, message64: Buffer.from(message).toString('base64') },
});

test('a build: its VM keeps the disk, with its limits, its labels and the script of builds', async () => {
  const { vm, status, state, google } = await begun();
  expect(status()).toBe('building');
  const { name, labels, body, terminationAction, maxRunDurationSeconds } = vm();
  expect(name).toBe(`mymlops-image-${BUILD}-1`);
  expect(labels).toMatchObject({ 'mymlops-deployment': 'mymlops', mymlops: 'image', 'mymlops-build': BUILD });
  expect([terminationAction, maxRunDurationSeconds]).toEqual(['STOP', 3600 + 1800]);
  expect(body.disks[0]?.autoDelete).toBe(false);
  const items = Object.fromEntries(body.metadata.items.map(({ key, value }) => [key, value]));
  expect(items).toMatchObject({ 'mymlops-build': BUILD, 'mymlops-attempt': '1', 'mymlops-setup-seconds': '3600' });
  expect(Buffer.from(items['mymlops-setup-64'] ?? '', 'base64').toString()).toBe('pip install torch');
  expect(currentPeriod(state().attempts[1]?.vm ?? fail()).timeLimitVerifiedAt).toBeDefined();
  expect(google.pools.get('deployment')?.pool.holders).toMatchObject([{ kind: 'image', id: BUILD }]);
});

const fail = (): never => {
  throw new Error('no attempt');
};

test('scrubbed, switched off, made an image, and all else deleted', async () => {
  const images = await begun();
  await images.report({ phase: 'setup' });
  await images.sweep();
  expect(images.google.images.size).toBe(0);
  await images.report({ phase: 'scrub', scrubbed: true });
  expect(images.vm().status).toBe('TERMINATED');
  // That it is off is for the sweep to see.
  await images.sweep();
  expect(images.google.images.get(IMAGE)).toMatchObject({
    family: 'mymlops-torch',
    sourceDisk: `zones/local-a/disks/mymlops-image-${BUILD}-1`,
    labels: { 'mymlops-deployment': 'mymlops', 'mymlops-build': BUILD },
  });
  await images.sweep();
  expect(images.document()?.summary).toMatchObject({ status: 'ready', name: 'torch', image: IMAGE });
  expectClean(images);
});

test('no sweep writes to one that is ready, and its image stays', async () => {
  const { document, sweep, google } = await ready();
  const { version } = document() ?? { version: 0 };
  await sweep(50);
  expect(document()?.version).toBe(version);
  expect(google.images.size).toBe(1);
  expect([...google.orphanCandidates.values()]).toEqual([]);
});

test('removed: the image first, then the document, which no late message brings back', async () => {
  const images = await ready();
  await images.publish(images.requests.remove());
  expect(images.google.images.size).toBe(0);
  expect(images.document()).toBeUndefined();
  expect(images.google.tombstones('removed-images').has(BUILD)).toBe(true);
  await images.publish(images.requests.build());
  await images.sweep(3);
  expect(images.document()).toBeUndefined();
  expect(images.google.vms.size).toBe(0);
});

test('an image whose label somebody took away is theirs, and stays when its document goes', async () => {
  const images = await ready();
  const image = images.google.images.get(IMAGE);
  if (!image) throw new Error('no image');
  image.labels = {};
  await images.publish(images.requests.remove());
  expect(images.google.images.has(IMAGE)).toBe(true);
  expect(images.document()).toBeUndefined();
});

test.each([
  ['a setup that fails', 'setup-failed', 'exit code 3. Last line: no such package'],
  ['one that takes too long', 'timed-out', 'The setup did not end within 3600 s.'],
])('%s: no image, the VM and its disk go, and the sentence is the VM’s', async (_, reason, message) => {
  const images = await begun();
  await images.report(failure(reason, message));
  await images.sweep(2);
  expect(images.document()?.summary).toMatchObject({ status: 'failed', reason, message });
  expect(images.google.images.size).toBe(0);
  expectClean(images);
});

test('a VM that goes down in its setup makes no image of what is half done', async () => {
  const images = await begun();
  await images.report({ phase: 'setup' });
  images.vm().status = 'TERMINATED';
  await images.sweep(14);
  expect(images.document()?.summary).toMatchObject({ status: 'failed', reason: 'lost' });
  expect(images.google.images.size).toBe(0);
  expectClean(images);
});

test('a report of the scrubbed disk that comes after the sweep has seen its VM off: the image is made', async () => {
  const images = await begun();
  await images.report({ phase: 'setup' });
  // The VM powers itself off as soon as Pub/Sub has its report, which a failed delivery holds back for up to ten minutes.
  images.vm().status = 'TERMINATED';
  await images.sweep(9);
  expect(images.status()).toBe('building');
  await images.report({ phase: 'scrub', scrubbed: true });
  await images.sweep(2);
  expect(images.status()).toBe('ready');
  expectClean(images);
});

test('a VM that goes down at its time limit says so', async () => {
  const images = await begun();
  const insertedAt = new Date(images.google.nowMs).toISOString();
  images.google.nowMs += 2 * 3600_000;
  images.vm().status = 'TERMINATED';
  images.google.faults.operations = [
    { type: 'insert', at: insertedAt, endedAt: insertedAt },
    { type: 'compute.instances.stop', at: new Date(images.google.nowMs).toISOString() },
  ];
  await images.sweep(3);
  expect(images.document()?.summary).toMatchObject({ status: 'failed', reason: 'timed-out' });
  expectClean(images);
});

test('cancelled while it builds, and before it came', async () => {
  const images = await begun();
  await images.publish(images.requests.cancel());
  await images.sweep(2);
  expect(images.status()).toBe('cancelled');
  expectClean(images);

  const early = imageDeployment();
  await early.publish(early.requests.cancel());
  await early.publish(early.requests.build());
  expect(early.status()).toBe('cancelled');
  expect(early.google.created.size).toBe(0);
  expectClean(early);
});

test('a cancel that comes when Google makes the image already changes nothing', async () => {
  const images = await begun();
  await images.report({ phase: 'scrub', scrubbed: true });
  await images.sweep();
  await images.publish(images.requests.cancel());
  await images.sweep(2);
  expect(images.status()).toBe('ready');
});

test('a removal of one that goes on changes nothing', async () => {
  const images = await begun();
  await images.publish(images.requests.remove());
  expect(images.status()).toBe('building');
  expect(images.google.vms.size).toBe(1);
});

test('zones without capacity: the next one', async () => {
  const images = imageDeployment();
  images.google.faults.stockedOut = new Set(['local-a']);
  await images.publish(images.requests.build());
  await images.sweep(2);
  expect(images.vm().zone).toBe('local-b');
  await images.report({ phase: 'scrub', scrubbed: true }, Number(images.vm().name.split('-').at(-1)));
  await images.sweep(3);
  expect(images.status()).toBe('ready');
  expectClean(images);
});

test('no zone has capacity for an hour: it fails and says so', async () => {
  const images = imageDeployment();
  images.google.faults.stockedOut = new Set(['local-a', 'local-b']);
  await images.publish(images.requests.build());
  await images.sweep(80);
  expect(images.document()?.summary).toMatchObject({ status: 'failed', reason: 'no-capacity' });
  expectClean(images);
});

test('a refusal for good ends it with Google’s words', async () => {
  const images = imageDeployment();
  images.google.faults.insertRefused = { code: 'forbidden', message: 'Required permission', httpStatus: 403 };
  await images.publish(images.requests.build());
  await images.sweep();
  expect(images.document()?.summary).toMatchObject({ status: 'failed', reason: 'permission' });
  expectClean(images);
});

test.each(['imageRefused', 'imageFails'] as const)(
  'Google does not make the image (%s): failed, nothing left',
  async (fault) => {
    const images = await begun();
    images.google.faults[fault] = { code: 'QUOTA_EXCEEDED', message: "Quota 'IMAGES' exceeded" };
    await images.report({ phase: 'scrub', scrubbed: true });
    await images.sweep(3);
    const { status, message } = (images.document()?.summary ?? {}) as { status?: string; message?: string };
    expect(status).toBe('failed');
    expect(message).toContain("Quota 'IMAGES' exceeded");
    expectClean(images);
  },
);

test('a machine type that the deployment does not allow: refused with its sentence, and no VM', async () => {
  const images = imageDeployment();
  images.google.context.settings.limits = { ...images.google.context.settings.limits, machineTypes: ['e2-*'] };
  await images.publish(images.requests.build({ machine: { provisioning: 'standard', machineType: 'n2-standard-4' } }));
  expect(images.document()?.summary).toMatchObject({ status: 'failed', reason: 'permission' });
  expect(images.google.created.size).toBe(0);
});

test('the same request again changes nothing, and another one under its id does not replace it', async () => {
  const images = await begun();
  const { version } = images.document() ?? {};
  await images.publish(images.requests.build());
  expect(images.document()?.version).toBe(version);
  await images.publish(images.requests.build({ setup: 'echo other' }));
  expect(images.state().request?.setup).toBe('pip install torch');
});

test('a build waits for its turn behind others, as runs do', async () => {
  const images = imageDeployment();
  images.google.context.settings.maxParallel = 1;
  await images.publish(images.requests.build({ build: '20261203-055900-aaaa' }));
  await images.publish(images.requests.build());
  expect(images.status()).toBe('queued');
  expect(images.google.vms.size).toBe(1);
});

test('a VM that never reports fails the build within half an hour, and goes', async () => {
  const images = await begun();
  await images.sweep(30);
  expect(images.document()?.summary).toMatchObject({ status: 'failed', reason: 'lost' });
  expect(images.state().end?.message).toContain('did not report within 10 minutes');
  expectClean(images);
});

test('a build that reports each minute goes on for hours', async () => {
  const images = await begun();
  for (let minute = 0; minute < 55; minute++) {
    await images.report({ phase: 'setup' });
    await images.sweep();
  }
  expect(images.status()).toBe('building');
});
