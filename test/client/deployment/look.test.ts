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
