import { type CommitRequest, parseImage, parseSnapshot, type VmRecord } from '@mymlops/protocol';
import { runKind } from '../../../functions/src/engine/run/kind';
import { EMPTY_RUN } from '../../../functions/src/engine/run/observe';
import { refusalOf } from '../../../functions/src/engine/vm/permission';
import { chooseProvisioning } from '../../../functions/src/engine/vm/placement';
import { maxRunDurationSeconds } from '../../../functions/src/engine/vm/time-budget';
import { aCommit, aCommitOfBefore, anAttempt, aVm } from '../../fakes/builders';
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

test("a VM for which nothing is named is the deployment's", () => {
  const body = bodyOf({});
  expect(body.disks[0]?.initializeParams).toEqual({
    diskName: 'vm-1',
    sourceImage: settings.image,
    diskSizeGb: '10',
    labels: body.labels,
  });
  expect(body).not.toHaveProperty('guestAccelerators');
  expect(body.serviceAccounts[0]?.email).toBe('default');
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

test('a machine that takes no persistent disk gets the type that Google gives it', () => {
  expect(bodyOf({ snapshot: 'base' }, 'c4-standard-8').disks[0]?.initializeParams).not.toHaveProperty('diskType');
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

test.each([
  'projects/p/global/images/../../../x',
  'projects/p/global/images/family/f?x=1',
  'Projects/p/global/images/x',
  '',
  'a b',
])('%j is neither image nor snapshot', (text) => {
  expect([parseImage(text), parseSnapshot(text)]).toEqual([null, null]);
});

test("gcloud's and the console's addresses are understood", () => {
  const url = 'https://www.googleapis.com/compute/v1/projects/p/global/images/family/f';
  expect(parseImage(url)).toEqual({ project: 'p', path: 'global/images/family/f' });
  expect(parseSnapshot('global/snapshots/s')).toEqual({ path: 'global/snapshots/s' });
});

describe('what widens power', () => {
  const limits = { imageProjects: ['trusted'], serviceAccounts: ['a@p.iam.gserviceaccount.com'] };
  const judged = (spec: Spec) => refusalOf(commitOn(spec).machine, { project: 'own', limits });

  test.each<Spec>([
    {},
    { image: 'mine' },
    { snapshot: 'base' },
    { image: 'projects/own/global/images/mine' },
    { image: 'projects/ubuntu-os-cloud/global/images/family/ubuntu-2404-lts-amd64' },
    { snapshot: 'projects/trusted/global/snapshots/s' },
    { serviceAccount: 'a@p.iam.gserviceaccount.com' },
  ])('%j is allowed', (spec) => {
    expect(judged(spec)).toBeUndefined();
  });

  test.each<[Spec, string]>([
    [{ image: 'projects/evil/global/images/x' }, 'MYMLOPS_ALLOWED_IMAGE_PROJECTS'],
    [{ snapshot: 'projects/evil/global/snapshots/x' }, 'project evil'],
    [{ serviceAccount: 'owner@p.iam.gserviceaccount.com' }, 'MYMLOPS_ALLOWED_SERVICE_ACCOUNTS'],
  ])('%j is refused with what to do', (spec, sentence) => {
    expect(judged(spec)).toContain(sentence);
  });

  test('a star allows all', () => {
    const all = { imageProjects: ['*'], serviceAccounts: ['*'] };
    const { machine } = commitOn({ snapshot: 'projects/x/global/snapshots/s', serviceAccount: 'a@b.c' });
    expect(refusalOf(machine, { project: 'own', limits: all })).toBe(undefined);
  });

  test('a refused run ends before a VM is requested', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(commitOn({ image: 'projects/evil/global/images/x' }));
    expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'permission', live: false });
    expect(deployment.summary().message).toContain('project evil');
    expect(deployment.google.created.size).toBe(0);
  });
});

test('spot_then_standard is standard once two spot VMs have existed', () => {
  const { machine } = commitOn({ provisioning: 'spot_then_standard' });
  const had = aVm({ start: { settledAt: 'now' } });
  const failure = { reason: 'no-capacity' as const, code: 'c', message: '', scope: 'zone' as const };
  const refused = aVm({ start: { settledAt: 'now', failure } });
  const after = (...earlier: VmRecord[]) => chooseProvisioning({ machine, earlier });
  expect(after()).toBe('spot');
  expect(after(had, refused)).toBe('spot');
  expect(after(had, refused, had)).toBe('standard');
});

test.each([
  ['setup', { setup: 'pip install x' }, 1800],
  ['ready_command', { readyCommand: 'nvidia-smi' }, 300],
])("Google's own limit leaves %s its time", (_, wish, seconds) => {
  expect(maxRunDurationSeconds(aCommit(wish)) - maxRunDurationSeconds(aCommit())).toBe(seconds);
});
