// The look at a project: it never takes an existing deployment for a new one, and says each trouble once.
import { APIS } from '../../../client/src/deployment/apis';
import { look } from '../../../client/src/deployment/look';
import { aStateBucket, openLook } from './a-look';

const LIST = 'GET storage /storage/v1/b?';
const expected = (message: string | RegExp, exitCode = 1): object => ({
  ...{ name: 'ExpectedError', message: expect.stringMatching(message) as unknown, exitCode },
});

test('an existing deployment needs no region, and its buckets are listed once', async () => {
  const { preparing, callsWith } = await openLook({ enabled: APIS, buckets: [aStateBucket()] });
  expect(await look(preparing)).toMatchObject({ choices: { region: 'us-east1' }, awaited: [] });
  expect(callsWith(LIST)).toBe(1);
});

test('a new one needs a region: the sentence comes with all other findings', async () => {
  const alone = await openLook({ enabled: APIS });
  await expect(look(alone.preparing)).rejects.toMatchObject(expected(/^region: Say where: --region europe-west4/, 2));
  const withOthers = await openLook({ enabled: APIS, hasBilling: false });
  await expect(look(withOthers.preparing)).rejects.toMatchObject(expected(/^billing: [^]*\nregion: Say where/));
});

test('an expired login is not taken for a first time', async () => {
  const { preparing, failNext } = await openLook({ enabled: APIS, buckets: [aStateBucket()] });
  failNext('GET cloudresourcemanager', 401, { error: { code: 401, message: 'no', status: 'UNAUTHENTICATED' } });
  await expect(look(preparing)).rejects.toMatchObject(
    expected(/^credentials: .*\n {2}gcloud auth application-default/),
  );
});

test.each(['GET cloudresourcemanager', LIST])(
  'a proxy that answers instead of Google: the project is not taken for a new one: %s',
  async (call) => {
    const { preparing, failNext } = await openLook(
      { enabled: APIS, buckets: [aStateBucket()] },
      { region: 'us-east1' },
    );
    failNext(call, 404, '<html>No such page</html>');
    await expect(look(preparing)).rejects.toThrow('HTTP status 404');
  },
);

test('buckets that may not be listed: refused, as it could be a second set of them', async () => {
  const { preparing, failNext } = await openLook({ enabled: APIS, buckets: [aStateBucket()] }, { region: 'us-east1' });
  failNext(LIST, 403, { error: { code: 403, message: 'no' } });
  await expect(look(preparing)).rejects.toMatchObject(expected(/^You may not list the buckets in project my-project/));
});

test('in a project that was just made, what cannot be looked at yet is awaited', async () => {
  const { preparing } = await openLook({}, { region: 'us-east1' });
  const { known, awaited } = await look(preparing);
  expect({ known, apis: awaited.map(({ awaitsApi }) => awaitsApi) }).toEqual({
    known: undefined,
    apis: expect.arrayContaining(['cloudresourcemanager.googleapis.com']),
  });
});

describe('choices are stored, and nothing is made: after a removal, or where the first `deploy` ended before Terraform began', () => {
  const removed = aStateBucket({}, []);
  const without = { ...removed, objects: { 'choices.json': removed.objects['choices.json'] } };
  const buckets = [
    ['after a removal', removed],
    ['before the first apply', without],
  ] as const;

  test.each(buckets)('it counted as existing, and a missing right only warned: %s', async (_when, bucket) => {
    const options = { enabled: APIS, lacks: ['compute.networks.create'] };
    const { preparing } = await openLook({ ...options, buckets: [bucket] });
    await expect(look(preparing)).rejects.toMatchObject(expected(/^rights: .* lacks compute\.networks\.create/));
    const existing = await openLook({ ...options, buckets: [aStateBucket()] });
    expect(await look(existing.preparing)).toMatchObject({ said: [expect.stringMatching(/^rights: /)] });
  });

  test.each(buckets)('the quota of networks was not looked at: %s', async (_when, bucket) => {
    const options = { enabled: APIS, quotas: { project: [{ metric: 'NETWORKS', limit: 5, usage: 5 }] } };
    const { preparing } = await openLook({ ...options, buckets: [bucket] });
    await expect(look(preparing)).rejects.toMatchObject(expected(/^quotas: .* needs 1 more of the quota NETWORKS/));
    const existing = await openLook({ ...options, buckets: [aStateBucket()] });
    expect(await look(existing.preparing)).toMatchObject({ said: [] });
  });

  test.each(buckets)('its region and the names of its buckets stay: %s', async (_when, bucket) => {
    const { preparing } = await openLook({ enabled: APIS, buckets: [bucket] });
    expect(await look(preparing)).toMatchObject({ choices: { region: 'us-east1', bucketSuffix: 'x9y8z7ab' } });
  });
});

test('a state that cannot be read, such as an encrypted one, is of a deployment that exists', async () => {
  const bucket = aStateBucket();
  const objects = { ...bucket.objects, 'terraform/default.tfstate': '{"encrypted_data":"x"}' };
  const lacks = ['compute.networks.create'];
  const { preparing } = await openLook({ enabled: APIS, lacks, buckets: [{ ...bucket, objects }] });
  expect(await look(preparing)).toMatchObject({ said: [expect.stringMatching(/^rights: /)] });
});
