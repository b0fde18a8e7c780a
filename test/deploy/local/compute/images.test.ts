// Images over REST: made of the disk of a VM that is off, used, listed, deleted; refused as Google refuses.
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Faults } from '../../../../deploy/local/compute';
import { eventually } from '../harness';
import { copyingVms } from './copying-vms';
import { startCloud, vmBody, ZONE, type Cloud, type CloudOptions, type Resource } from './fixture';

const INSTANCES = `/zones/${ZONE}/instances`;
const IMAGES = '/global/images';
const clouds: Cloud[] = [];
async function begin(options: CloudOptions = {}): Promise<Cloud> {
  const cloud = await startCloud({ runner: copyingVms(), ...options });
  clouds.push(cloud);
  return cloud;
}
afterEach(async () => {
  for (const cloud of clouds.splice(0)) await cloud.end();
});

const imageBody = (fields: Resource = {}): Resource => ({
  name: 'torch-1',
  family: 'torch',
  description: 'one',
  labels: { 'mymlops-deployment': 'mymlops' },
  sourceDisk: `zones/${ZONE}/disks/maker`,
  ...fields,
});

/** A VM that is off, whose disk has a file. */
async function makeDisk(cloud: Cloud, name = 'maker'): Promise<void> {
  const vm = await cloud.insert(
    vmBody({ name, startup: 'echo kept > kept; touch ready; exec sleep 600', autoDelete: false }),
  );
  await eventually(() => existsSync(join(cloud.vmFolder(vm), 'home', 'ready')));
  await cloud.done('POST', `${INSTANCES}/${name}/stop`);
}

const READ_IMAGE =
  'curl -s -H Metadata-Flavor:Google "http://$GCE_METADATA_HOST/computeMetadata/v1/instance/image" >image';

/** A VM of an image of the project; how the operation ends. */
const insertFrom = (cloud: Cloud, sourceImage: string, init: Resource = {}) => {
  const body = vmBody({ name: 'user', startup: `${READ_IMAGE}; cat kept > seen; exec sleep 600` });
  return cloud.call('POST', INSTANCES, {
    ...body,
    disks: [{ boot: true, autoDelete: true, initializeParams: { sourceImage, ...init } }],
  });
};
/** The same where it is accepted, to its end: a VM that is still being made cannot be taken away with its cloud. */
async function madeFrom(cloud: Cloud, sourceImage: string, init: Resource = {}): Promise<void> {
  const { status, body } = await insertFrom(cloud, sourceImage, init);
  expect(status).toBe(200);
  await cloud.ok('POST', `/zones/${ZONE}/operations/${body.name}/wait`);
}

const messageOf = ({ status, body }: { status: number; body: Resource }) => [
  status,
  body.error?.errors[0].reason,
  body.error?.message,
];

test('an image from insert to absence, with the content of the disk', async () => {
  const cloud = await begin();
  await makeDisk(cloud);
  const operation = await cloud.ok('POST', IMAGES, imageBody());
  const project = `http://${cloud.service.address}/compute/v1/projects/local`;
  expect(operation).toMatchObject({
    kind: 'compute#operation',
    operationType: 'insert',
    targetLink: `${project}/global/images/torch-1`,
    selfLink: `${project}/global/operations/${operation.name}`,
  });
  expect(operation.zone).toBeUndefined();
  expect((await cloud.ok('GET', `${IMAGES}/torch-1`)).status).toBe('PENDING');
  const ended = await cloud.ok('POST', `/global/operations/${operation.name}/wait`);
  expect(ended).toMatchObject({ status: 'DONE', targetId: operation.targetId });
  expect(await cloud.ok('GET', `/global/operations/${operation.name}`)).toEqual(ended);
  expect(await cloud.ok('GET', `${IMAGES}/torch-1`)).toMatchObject({
    ...{ id: operation.targetId, kind: 'compute#image', status: 'READY', family: 'torch', description: 'one' },
    labels: { 'mymlops-deployment': 'mymlops' },
    sourceDisk: `${project}/zones/${ZONE}/disks/maker`,
    ...{ diskSizeGb: '10', selfLink: `${project}/global/images/torch-1` },
  });

  // The VM and its disk go; the image does not need them.
  await cloud.done('DELETE', `${INSTANCES}/maker`);
  await cloud.done('DELETE', `/zones/${ZONE}/disks/maker`);
  expect((await insertFrom(cloud, 'projects/local/global/images/family/torch')).status).toBe(200);
  await eventually(async () => (await cloud.ok('GET', `${INSTANCES}/user`)).status === 'RUNNING');
  const user = await cloud.ok('GET', `${INSTANCES}/user`);
  const seen = join(cloud.vmFolder(user), 'home', 'seen');
  await eventually(() => existsSync(seen) && readFileSync(seen, 'utf8') === 'kept\n');

  // A family moves on: the disk, and the VM's metadata, name the image itself.
  expect(readFileSync(join(cloud.vmFolder(user), 'home', 'image'), 'utf8')).toBe(
    'projects/local/global/images/torch-1',
  );
  expect((await cloud.ok('GET', `/zones/${ZONE}/disks/user`)).sourceImage).toBe('projects/local/global/images/torch-1');

  const gone = await cloud.done('DELETE', `${IMAGES}/torch-1`);
  expect(gone).toMatchObject({ operationType: 'delete', status: 'DONE' });
  expect(messageOf(await cloud.call('GET', `${IMAGES}/torch-1`))).toEqual([
    ...[404, 'notFound', "The resource 'projects/local/global/images/torch-1' was not found"],
  ]);
  expect((await cloud.call('DELETE', `${IMAGES}/torch-1`)).status).toBe(404);
  expect(existsSync(join(cloud.folder, 'images', operation.targetId))).toBe(false);
});

test('refusals', async () => {
  const cloud = await begin();
  await makeDisk(cloud);
  await cloud.insert(vmBody({ name: 'on', startup: 'exec sleep 600' }));
  const insert = async (fields: Resource) => messageOf(await cloud.call('POST', IMAGES, imageBody(fields)));
  const pattern = "Must be a match of regex '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'";
  expect(await insert({ name: 'Torch' })).toEqual([
    ...[400, 'invalid', `Invalid value for field 'resource.name': 'Torch'. ${pattern}`],
  ]);
  expect(await insert({ family: '1st' })).toEqual([
    ...[400, 'invalid', `Invalid value for field 'resource.family': '1st'. ${pattern}`],
  ]);
  expect((await insert({ labels: { Upper: 'x' } }))[0]).toBe(400);
  expect((await insert({ name: 'n'.repeat(64) }))[0]).toBe(400);
  expect(await insert({ name: undefined })).toEqual([400, 'required', "Required field 'resource.name' not specified"]);
  expect(await insert({ sourceDisk: 'disks/maker' })).toEqual([
    ...[400, 'invalid', "Invalid value for field 'resource.sourceDisk': 'disks/maker'. The URL is malformed."],
  ]);
  expect(await insert({ sourceDisk: undefined })).toEqual([
    ...[400, 'invalidResourceUsage', "Invalid resource usage: 'Must specify exactly one source for an image.'."],
  ]);
  expect((await insert({ sourceImage: 'global/images/other' }))[1]).toBe('invalidResourceUsage');
  expect(await insert({ sourceDisk: `zones/${ZONE}/disks/absent` })).toEqual([
    ...[404, 'notFound', `The resource 'zones/${ZONE}/disks/absent' was not found`],
  ]);
  const inUse = `The disk resource 'zones/${ZONE}/disks/on' is already being used by 'zones/${ZONE}/instances/on'`;
  expect(await insert({ sourceDisk: `zones/${ZONE}/disks/on` })).toEqual([
    ...[400, 'resourceInUseByAnotherResource', inUse],
  ]);
  const forced = imageBody({ name: 'forced', sourceDisk: `projects/local/zones/${ZONE}/disks/on` });
  expect((await cloud.call('POST', `${IMAGES}?forceCreate=true`, forced)).status).toBe(200);
  await cloud.done('POST', IMAGES, imageBody());
  expect(await insert({})).toEqual([
    ...[409, 'alreadyExists', "The resource 'projects/local/global/images/torch-1' already exists"],
  ]);
  expect((await cloud.call('GET', '/global/operations/operation-none')).status).toBe(404);
});

test('the same request again is the same operation, and so is the same deletion', async () => {
  const cloud = await begin();
  await makeDisk(cloud);
  const [made, gone] = [randomUUID(), randomUUID()];
  const first = await cloud.done('POST', `${IMAGES}?requestId=${made}`, imageBody());
  expect((await cloud.ok('POST', `${IMAGES}?requestId=${made}`, imageBody())).name).toBe(first.name);
  expect((await cloud.call('POST', `${IMAGES}?requestId=${randomUUID()}`, imageBody())).status).toBe(409);
  const removed = await cloud.done('DELETE', `${IMAGES}/torch-1?requestId=${gone}`);
  expect((await cloud.ok('DELETE', `${IMAGES}/torch-1?requestId=${gone}`)).name).toBe(removed.name);
  expect((await cloud.call('DELETE', `${IMAGES}/torch-1?requestId=${randomUUID()}`)).status).toBe(404);
});

test('a list by labels; the newest image of a family', async () => {
  const cloud = await begin();
  await makeDisk(cloud);
  expect(await cloud.ok('GET', IMAGES)).toMatchObject({
    kind: 'compute#imageList',
    id: 'projects/local/global/images',
  });
  expect((await cloud.call('GET', `${IMAGES}/family/torch`)).status).toBe(404);
  const others = { 'mymlops-deployment': 'another' };
  for (const fields of [{ name: 'b-1' }, { name: 'a-2' }, { name: 'c-3', family: 'other', labels: others }]) {
    await cloud.done('POST', IMAGES, imageBody(fields));
  }
  const filter = encodeURIComponent('labels.mymlops-deployment=mymlops');
  const { items } = await cloud.ok('GET', `${IMAGES}?filter=${filter}`);
  expect(items.map(({ name }: Resource) => name)).toEqual(['a-2', 'b-1']);
  expect((await cloud.ok('GET', `${IMAGES}/family/torch`)).name).toBe('a-2');
});

test('a VM of an image that does not exist, is not ready, or is larger than its disk is refused', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const faults: Faults = {
    async onImage() {
      await held;
      return undefined;
    },
  };
  const cloud = await begin({ faults });
  await makeDisk(cloud);
  const field = 'resource.disks[0].initializeParams';
  for (const source of ['projects/local/global/images/none', 'global/images/family/torch']) {
    expect(messageOf(await insertFrom(cloud, source))).toEqual([
      ...[400, 'invalid'],
      `Invalid value for field '${field}.sourceImage': '${source}'. The referenced image resource cannot be found.`,
    ]);
  }
  const body = vmBody();
  const sourceSnapshot = 'projects/local/global/snapshots/none';
  const ofSnapshot = { ...body, disks: [{ boot: true, initializeParams: { sourceSnapshot } }] };
  expect(messageOf(await cloud.call('POST', INSTANCES, ofSnapshot))[2]).toBe(
    `Invalid value for field '${field}.sourceSnapshot': '${sourceSnapshot}'. The referenced snapshot resource cannot be found.`,
  );
  const operation = await cloud.ok('POST', IMAGES, imageBody());
  expect(messageOf(await insertFrom(cloud, 'global/images/torch-1'))).toEqual([
    ...[400, 'resourceNotReady', "The resource 'projects/local/global/images/torch-1' is not ready"],
  ]);
  expect((await insertFrom(cloud, 'global/images/family/torch')).status).toBe(400);
  expect((await cloud.call('DELETE', `${IMAGES}/torch-1`)).body.error.errors[0].reason).toBe('resourceNotReady');
  release();
  await cloud.ok('POST', `/global/operations/${operation.name}/wait`);
  expect(messageOf(await insertFrom(cloud, 'global/images/torch-1', { diskSizeGb: '9' }))).toEqual([
    ...[400, 'invalid'],
    `Invalid value for field '${field}.diskSizeGb': '9'. Requested disk size cannot be smaller than the image size (10 GB)`,
  ]);
  await madeFrom(cloud, 'global/images/torch-1', { diskSizeGb: '20' });
});

test('a disk stays while an image is being made of it', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const cloud = await begin({ faults: { onImage: () => held.then(() => undefined) } });
  await makeDisk(cloud);
  await cloud.done('DELETE', `${INSTANCES}/maker`);
  const operation = await cloud.ok('POST', IMAGES, imageBody());
  const refused = await cloud.call('DELETE', `/zones/${ZONE}/disks/maker`);
  expect([refused.status, refused.body.error.errors[0].reason]).toEqual([400, 'resourceInUseByAnotherResource']);
  release();
  await cloud.ok('POST', `/global/operations/${operation.name}/wait`);
  expect(await cloud.done('DELETE', `/zones/${ZONE}/disks/maker`)).not.toHaveProperty('error');
});

test('an image that fails late stays until it is deleted', async () => {
  const message = 'Quota IMAGES exceeded';
  const cloud = await begin({ faults: { onImage: () => ({ code: 'QUOTA_EXCEEDED', message, httpStatus: 403 }) } });
  await makeDisk(cloud);
  expect(await cloud.done('POST', IMAGES, imageBody())).toMatchObject({
    error: { errors: [{ code: 'QUOTA_EXCEEDED', message }] },
    httpErrorStatusCode: 403,
  });
  expect((await cloud.ok('GET', `${IMAGES}/torch-1`)).status).toBe('FAILED');
  await cloud.done('DELETE', `${IMAGES}/torch-1`);
  expect((await cloud.call('GET', `${IMAGES}/torch-1`)).status).toBe(404);
});

test('images outlive a restart, and one that was being made is made', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'compute-'));
  const never = new Promise<undefined>(() => undefined);
  const first = await startCloud({
    folder,
    runner: copyingVms(),
    faults: { onImage: ({ name }) => (name === 'late' ? never : undefined) },
  });
  await makeDisk(first);
  await first.done('POST', IMAGES, imageBody());
  const late = await first.ok('POST', IMAGES, imageBody({ name: 'late', family: undefined }));
  await first.service.close();
  const cloud = await begin({ folder });
  expect((await cloud.ok('GET', `${IMAGES}/torch-1`)).status).toBe('READY');
  expect(await cloud.ok('POST', `/global/operations/${late.name}/wait`)).not.toHaveProperty('error');
  expect(await cloud.ok('GET', `${IMAGES}/late`)).toMatchObject({ id: late.targetId, status: 'READY' });
  await madeFrom(cloud, 'global/images/late');
});

test('this computer makes no images, and has none', async () => {
  const cloud = await startCloud();
  clouds.push(cloud);
  await cloud.insert(vmBody({ name: 'maker', startup: 'exec sleep 600', autoDelete: false }));
  await cloud.done('POST', `${INSTANCES}/maker/stop`);
  expect(messageOf(await cloud.call('POST', IMAGES, imageBody()))).toEqual([
    400,
    'badRequest',
    expect.stringContaining('The local cloud makes no images'),
  ]);
  expect((await insertFrom(cloud, 'projects/local/global/images/none')).status).toBe(400);
  await madeFrom(cloud, 'projects/other/global/images/any');
});
