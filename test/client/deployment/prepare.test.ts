// Before Terraform: APIs, the accounts of Google's services, the bucket of the state, and a second look where one is needed.
import { APIS } from '../../../client/src/deployment/apis';
import { look } from '../../../client/src/deployment/look';
import { prepare, type Prepared } from '../../../client/src/deployment/prepare';
import type { GoogleOptions } from '../../fakes/google-administration';
import { aStateBucket, type ALook, openLook } from './a-look';

const prepared = async ({ preparing }: ALook): Promise<Prepared> => prepare(preparing, await look(preparing));
const LIST = 'GET storage /storage/v1/b?';
const NEW = { region: 'europe-west4', answer: 'y' };

test('a new project: an API that was just enabled is waited for, and all checks are made then', async () => {
  const google = await openLook({ lateCalls: 3 }, NEW);
  expect(await prepared(google)).toMatchObject({ stored: undefined, awaited: [], hasChanged: true });
  expect(google.said.filter((line) => line.includes('cloudresourcemanager.googleapis.com is on'))).toEqual([
    'Waiting until all of Google knows that cloudresourcemanager.googleapis.com is on.',
  ]);
  expect(google.slept).toContain(5_000);
});

test('an earlier `deploy` enabled the APIs a moment ago, and was killed: they are waited for, too', async () => {
  const google = await openLook({ enabled: APIS }, NEW);
  google.state.late.set('cloudresourcemanager.googleapis.com', 6);
  expect(await prepared(google)).toMatchObject({ awaited: [], hasChanged: true });
  expect(google.slept).toContain(5_000);
});

test('an API that is late for longer: its check is not made, and `deploy` says so', async () => {
  const google = await openLook({}, NEW);
  const seen = await look(google.preparing);
  google.state.lateCalls = 1_000;
  await expect(prepare(google.preparing, seen)).rejects.toThrow(
    /^Google does not know everywhere yet that cloudresourcemanager\.googleapis\.com is on\. Run `deploy` again in some minutes/,
  );
  google.state.late = new Map([['compute.googleapis.com', 1_000]]);
  const again = await openLook({ enabled: APIS.filter((api) => !api.startsWith('compute')) }, NEW);
  const first = await look(again.preparing);
  again.state.lateCalls = 1_000;
  const { awaited } = await prepare(again.preparing, first);
  expect(awaited.map(({ awaitsApi }) => awaitsApi)).toEqual(['compute.googleapis.com']);
});

test('one notice for a warning, although the project is looked at twice', async () => {
  const policies = { 'compute.requireOsLogin': [{ enforce: true }] };
  const enabled = APIS.filter((api) => !api.startsWith('compute'));
  const google = await openLook({ enabled, policies }, NEW);
  await prepared(google);
  expect(google.said.filter((line) => line.includes('compute.requireOsLogin'))).toHaveLength(1);
  expect(google.said.filter((line) => line.includes('off in project'))).toHaveLength(1);
});

test('trouble that only the second look sees: what was enabled is not called unchanged', async () => {
  const google = await openLook(
    { hasBilling: true, quotas: { project: [{ metric: 'NETWORKS', limit: 1, usage: 1 }] } },
    NEW,
  );
  await expect(prepared(google)).rejects.toThrow(/^quotas: [^]*\nThe APIs stay enabled\. Nothing else was changed\.$/);
});

test('an existing deployment, all well: no question, no change, one list of buckets', async () => {
  const google = await openLook({ enabled: APIS, buckets: [aStateBucket()] });
  expect(await prepared(google)).toMatchObject({ stateBucket: 'mymlops-tfstate-1', hasChanged: false });
  expect({ asked: google.asked, lists: google.callsWith(LIST) }).toEqual({ asked: [], lists: 1 });
  expect(google.state.calls.filter((line) => /^(POST|PATCH) (serviceusage|storage)/.test(line))).toEqual([]);
});

test('a new deployment where all APIs are on: two lists, the second one after the question', async () => {
  const google = await openLook({ enabled: APIS }, NEW);
  expect(await prepared(google)).toMatchObject({ stateBucket: 'mymlops-tfstate-a1b2c3d4', hasChanged: true });
  expect(google.callsWith(LIST)).toBe(2);
});

test('somebody else made the deployment while the question stood: theirs is taken', async () => {
  const google = await openLook({ enabled: APIS }, NEW);
  const seen = await look(google.preparing);
  const other = await openLook({ buckets: [aStateBucket({ region: 'europe-west4' })] });
  google.state.buckets = other.state.buckets;
  expect(await prepare(google.preparing, seen)).toMatchObject({
    ...{ stateBucket: 'mymlops-tfstate-1', choices: { bucketSuffix: 'x9y8z7ab' } },
  });
});

describe('who may not enable APIs', () => {
  const permissionsOf = (options: GoogleOptions): GoogleOptions => ({
    ...options,
    lacks: ['serviceusage.services.enable'],
  });

  test('an existing deployment needs no such right', async () => {
    const google = await openLook(permissionsOf({ enabled: APIS, buckets: [aStateBucket()] }));
    expect(await prepared(google)).toMatchObject({ hasChanged: false });
  });

  test('with enable_apis=false a new one needs none either; it says who makes the accounts', async () => {
    const google = await openLook(permissionsOf({ enabled: APIS }), { ...NEW, assignments: ['enable_apis=false'] });
    expect(await prepared(google)).toMatchObject({ hasChanged: true });
    expect(google.said.join('\n')).toContain(
      'gcloud beta services identity create --service=pubsub.googleapis.com --project my-project',
    );
  });

  test('a new one that enables is refused by the look', async () => {
    const google = await openLook(permissionsOf({ enabled: APIS }), NEW);
    await expect(look(google.preparing)).rejects.toThrow(/lacks serviceusage\.services\.enable/);
  });
});

describe('Google is called once for facts that do not change', () => {
  const PROJECT = 'GET cloudresourcemanager /v3/projects/my-project';
  const ENABLED = 'GET serviceusage /v1/projects/my-project/services?filter=state:ENABLED';
  /** First pages alone. */
  const counts = ({ state }: ALook): number[] =>
    [PROJECT, ENABLED].map(
      (start) => state.calls.filter((line) => line.startsWith(start) && !line.includes('pageToken')).length,
    );

  test('the project was read three times, and the list of APIs twice', async () => {
    const existing = await openLook({ enabled: APIS, buckets: [aStateBucket()] });
    await prepared(existing);
    expect(counts(existing)).toEqual([1, 1]);
    const made = await openLook({ enabled: APIS }, NEW);
    await prepared(made);
    expect(counts(made)).toEqual([1, 1]);
  });

  test('the list is read again after APIs were enabled', async () => {
    const google = await openLook({ enabled: APIS.filter((api) => !api.startsWith('compute.')) }, NEW);
    await prepared(google);
    expect(counts(google)).toEqual([1, 2]);
  });

  test('after a refusal it is called again', async () => {
    const { administration, failNext, callsWith } = await openLook({ enabled: APIS }).then((one) => ({
      ...one,
      administration: one.preparing.administration,
    }));
    failNext(PROJECT, 403, { error: { code: 403, message: 'not yet' } });
    expect((await administration.projects.get()).refusal).toBeDefined();
    expect((await administration.projects.get()).refusal).toBeUndefined();
    expect(callsWith(PROJECT)).toBe(2);
  });
});
