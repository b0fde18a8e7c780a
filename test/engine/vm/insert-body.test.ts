import type { CommitRequest } from '@mymlops/protocol';
import { runKind } from '../../../functions/src/engine/run/kind';
import { EMPTY_RUN } from '../../../functions/src/engine/run/observe';
import { insertBody, onKeptDisk } from '../../../functions/src/engine/vm/insert-body';
import { aCommit, aCommitOfBefore, anAttempt, aStart, aVm } from '../../fakes/builders';
import { fakeDeployment } from '../../fakes/deployment';
import { fakeGoogle } from '../../fakes/google';

type Spec = Partial<CommitRequest['machine']>;

const settings = fakeGoogle().context.settings;
const bodyFor = (request: CommitRequest, machine = 'n1-standard-4', overrides: Partial<typeof settings> = {}) => {
  const attempt = anAttempt({ name: 'vm-1', zone: 'z-a', machine });
  return runKind.insertBodyOf({ ...EMPTY_RUN, request, attempts: { 1: attempt } }, 1, { ...settings, ...overrides });
};
const commitOn = (spec: Spec): CommitRequest => aCommit({ machine: { provisioning: 'spot', ...spec } });
const bodyOf = (spec: Spec, machine?: string) => bodyFor(commitOn(spec), machine);

describe('the whole body', () => {
  const own = { 'mymlops-run': 'r', 'mymlops-attempt': '1' };
  const parts = (machine: Spec = {}) => ({
    machine: { provisioning: 'spot' as const, ...machine },
    labels: own,
    purpose: 'run',
    metadata: { 'mymlops-run': 'r', 'mymlops-project': 'p' },
    scripts: { startup: 'start!', shutdown: 'stop!' },
  });
  const plain = {
    ...settings,
    ...{ deployment: 'd', image: 'projects/p/global/images/i', diskSizeGb: 50 },
    ...{ network: 'global/networks/default', subnetworks: {}, natRegions: [], serviceAccount: 'vm@p' },
  };
  const vm: Parameters<typeof aVm>[0] = {
    ...{ name: 'vm-1', zone: 'z-a', machine: 'e2-medium' },
    start: { maxRunDurationSeconds: 6600 },
  };
  const labels = { 'mymlops-deployment': 'd', mymlops: 'run', ...own };
  const body = insertBody(aVm(vm), parts(), plain);

  test('of a spot VM that is deleted at its end, where nothing is named', () => {
    expect(body).toStrictEqual({
      name: 'vm-1',
      machineType: 'zones/z-a/machineTypes/e2-medium',
      labels,
      disks: [
        {
          boot: true,
          autoDelete: true,
          initializeParams: {
            ...{ diskName: 'vm-1', sourceImage: 'projects/p/global/images/i', diskSizeGb: '50' },
            ...{ diskType: 'zones/z-a/diskTypes/pd-balanced', labels },
          },
        },
      ],
      networkInterfaces: [
        {
          network: 'global/networks/default',
          accessConfigs: [{ type: 'ONE_TO_ONE_NAT', name: 'External NAT' }],
        },
      ],
      tags: { items: ['d'] },
      serviceAccounts: [{ email: 'vm@p', scopes: ['https://www.googleapis.com/auth/cloud-platform'] }],
      scheduling: {
        provisioningModel: 'SPOT',
        automaticRestart: false,
        onHostMaintenance: 'TERMINATE',
        instanceTerminationAction: 'DELETE',
        maxRunDuration: { seconds: '6600' },
      },
      metadata: {
        items: [
          { key: 'mymlops-run', value: 'r' },
          { key: 'mymlops-project', value: 'p' },
          { key: 'block-project-ssh-keys', value: 'TRUE' },
          { key: 'startup-script', value: 'start!' },
          { key: 'shutdown-script', value: 'stop!' },
        ],
      },
    });
  });

  test('of a standard VM that is stopped at its end, and keeps its disk', () => {
    const kept = aVm({ ...vm, provisioning: 'standard', terminationAction: 'STOP', keepsDisk: true });
    expect(insertBody(kept, parts(), plain)).toStrictEqual({
      ...body,
      disks: [{ ...body.disks[0], autoDelete: false }],
      scheduling: {
        ...body.scheduling,
        ...{ provisioningModel: 'STANDARD', instanceTerminationAction: 'STOP', onHostMaintenance: 'MIGRATE' },
      },
    });
  });

  test.each<[what: string, spec: Spec, machine: string, isStandard: boolean, onHostMaintenance: string]>([
    ['a standard VM goes on elsewhere', {}, 'n2-standard-4', true, 'MIGRATE'],
    ['a spot VM cannot', {}, 'n2-standard-4', false, 'TERMINATE'],
    ['nor one with an accelerator', { accelerator: { type: 't4', count: 1 } }, 'n1-standard-4', true, 'TERMINATE'],
    ['nor one whose type has GPUs', {}, 'a2-highgpu-1g', true, 'TERMINATE'],
    ['of the G family', {}, 'g2-standard-4', true, 'TERMINATE'],
    ['for HPC', {}, 'h3-standard-88', true, 'TERMINATE'],
    ['on bare metal', {}, 'c3-standard-192-metal', true, 'TERMINATE'],
  ])('at host maintenance: %s', (_what, spec, machine, isStandard, onHostMaintenance) => {
    const of = aVm({ ...vm, machine, provisioning: isStandard ? 'standard' : 'spot' });
    expect(insertBody(of, parts(spec), plain).scheduling.onHostMaintenance).toBe(onHostMaintenance);
  });

  test('where subnetworks are named, that of its region; where Cloud NAT stands, no address of its own', () => {
    const subnetwork = 'projects/p/regions/eu-west1/subnetworks/s';
    const set = { ...plain, subnetworks: { 'eu-west1': subnetwork }, natRegions: ['eu-west1'] };
    const inZone = (zone: string) => insertBody(aVm({ ...vm, zone }), parts(), set).networkInterfaces;
    expect(inZone('eu-west1-b')).toStrictEqual([{ subnetwork }]);
    expect(inZone('us-east1-b')).toStrictEqual(body.networkInterfaces);
  });

  test("of a VM on the deployment's network, with its account", () => {
    const set = { ...plain, network: 'projects/p/global/networks/n', serviceAccount: 'd@p' };
    const { networkInterfaces, serviceAccounts } = insertBody(aVm(vm), parts(), set);
    expect([networkInterfaces[0]?.network, serviceAccounts[0]?.email]).toEqual([set.network, 'd@p']);
    expect(insertBody(aVm(vm), parts({ serviceAccount: 'mine@p' }), set).serviceAccounts[0]?.email).toBe('mine@p');
  });

  test('of a VM with an accelerator', () => {
    const [disk] = body.disks;
    const initializeParams = { ...disk?.initializeParams, sourceImage: plain.gpuImage };
    expect(insertBody(aVm(vm), parts({ accelerator: { type: 't4', count: 2 } }), plain)).toStrictEqual({
      ...body,
      disks: [{ ...disk, initializeParams }],
      guestAccelerators: [{ acceleratorType: 'zones/z-a/acceleratorTypes/t4', acceleratorCount: 2 }],
    });
  });

  test('its time limit is that of the insert, whatever a later start has', () => {
    const periods = { 1: { start: aStart({ maxRunDurationSeconds: 70 }) }, 2: { start: aStart() } };
    expect(insertBody(aVm({ ...vm, periods }), parts(), plain).scheduling.maxRunDuration).toEqual({ seconds: '70' });
  });

  test('made again on its kept disk: the same, with the time limit of the newest period', () => {
    const periods = {
      1: { start: aStart({ maxRunDurationSeconds: 70 }) },
      2: { start: aStart({ maxRunDurationSeconds: 80 }) },
    };
    const kept = aVm({ ...vm, periods, keepsDisk: true });
    const body = insertBody(kept, parts(), plain);
    expect(onKeptDisk(body, kept)).toStrictEqual({
      ...body,
      disks: [{ boot: true, autoDelete: false, source: 'zones/z-a/disks/vm-1' }],
      scheduling: { ...body.scheduling, maxRunDuration: { seconds: '80' } },
    });
  });

  test.each<[string, 'STOP' | 'DELETE', boolean]>([
    ['a3-highgpu-8g', 'STOP', true],
    ['a3-highgpu-8g', 'DELETE', false],
    ['c4-standard-8-lssd', 'STOP', true],
    ['z3-highmem-14-standardlssd', 'STOP', true],
    ['a2-highgpu-1g', 'STOP', false],
    ['n2-standard-8', 'STOP', false],
  ])('Google may stop a VM of %s at its limit (%s) with its local SSDs: %p', (machine, terminationAction, isSaid) => {
    const { scheduling } = insertBody(aVm({ ...vm, machine, terminationAction }), parts(), plain);
    expect(scheduling.onInstanceStopAction).toEqual(isSaid ? { discardLocalSsd: true } : undefined);
  });
});

test("a VM for which nothing is named is the deployment's", () => {
  const body = bodyOf({});
  expect(body.disks[0]?.initializeParams).toEqual({
    diskName: 'vm-1',
    sourceImage: settings.image,
    diskSizeGb: '10',
    diskType: 'zones/z-a/diskTypes/pd-balanced',
    labels: body.labels,
  });
  expect(body).not.toHaveProperty('guestAccelerators');
  expect(body.serviceAccounts[0]?.email).toBe(settings.serviceAccount);
});

test.each<[Spec, object]>([
  [
    { snapshot: 'base' },
    { sourceSnapshot: 'projects/local/global/snapshots/base', diskType: 'zones/z-a/diskTypes/pd-ssd' },
  ],
  [{ snapshot: 'base', disk: { type: 'pd-balanced' } }, { diskType: 'zones/z-a/diskTypes/pd-balanced' }],
  [{ snapshot: 'projects/other/global/snapshots/s' }, { sourceSnapshot: 'projects/other/global/snapshots/s' }],
  [{ image: 'mine' }, { sourceImage: 'projects/local/global/images/mine' }],
  [{ image: 'family/mine' }, { sourceImage: 'projects/local/global/images/family/mine' }],
  [
    { image: 'projects/ml-images/global/images/family/f', disk: { sizeGb: 200, type: 'pd-ssd' } },
    {
      sourceImage: 'projects/ml-images/global/images/family/f',
      diskSizeGb: '200',
      diskType: 'zones/z-a/diskTypes/pd-ssd',
    },
  ],
])('a disk of %j', (spec, expected) => {
  expect(bodyOf(spec).disks[0]?.initializeParams).toMatchObject(expected);
});

test('a run that waited while the functions became newer gets its parameters as they were given', () => {
  const { items } = bodyFor(aCommitOfBefore({ lr: 0.5, version: '"5"' })).metadata;
  const given = items.find(({ key }) => key === 'mymlops-params-64')?.value ?? '';
  expect(Buffer.from(given, 'base64').toString()).toBe('{"lr":0.5,"version":"\\"5\\""}');
});

test('an output repository of another user is named safe to a VM of this computer, to none on Google', () => {
  const author = { name: 'a', email: 'b' };
  const safeIn = (allowEnvironment: boolean, safe?: true) => {
    const commit = aCommit({ outputRepository: { url: '/srv/r.git', branch: 'main', author, safe } });
    const { items } = bodyFor(commit, undefined, { allowEnvironment }).metadata;
    return items.find(({ key }) => key === 'mymlops-output-safe')?.value;
  };
  expect([safeIn(true, true), safeIn(true), safeIn(false, true)]).toEqual(['true', undefined, undefined]);
});

test('a machine type without persistent disks gets Hyperdisk', () => {
  const { diskType } = bodyOf({ snapshot: 'base' }, 'c4-standard-8').disks[0]?.initializeParams ?? {};
  expect(diskType).toBe('zones/z-a/diskTypes/hyperdisk-balanced');
});

test('accelerators, service account and ready_command', () => {
  const request = {
    ...commitOn({ accelerator: { type: 'nvidia-tesla-t4', count: 2 }, serviceAccount: 'a@p.iam.gserviceaccount.com' }),
    readyCommand: 'nvidia-smi',
  };
  const body = bodyFor(request);
  expect(body.guestAccelerators).toEqual([
    { acceleratorType: 'zones/z-a/acceleratorTypes/nvidia-tesla-t4', acceleratorCount: 2 },
  ]);
  expect(body.serviceAccounts[0]?.email).toBe('a@p.iam.gserviceaccount.com');
  const items = Object.fromEntries(body.metadata.items.map(({ key, value }) => [key, value]));
  expect(Buffer.from(items['mymlops-ready-64'] ?? '', 'base64').toString()).toBe('nvidia-smi');
});

test('a refused run ends before a VM is requested', async () => {
  const deployment = fakeDeployment();
  await deployment.publish(commitOn({ image: 'projects/evil/global/images/x' }));
  expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'permission', live: false });
  expect(deployment.summary().message).toContain('project evil');
  expect(deployment.google.created.size).toBe(0);
});
