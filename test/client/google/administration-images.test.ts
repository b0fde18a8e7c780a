// Images of a project, as `deploy --destroy` lists and deletes them, against a stand-in that is as strict as Google.
import { openWith, type Opened } from './open-administration';

const image = (name: string, status = 'READY', deployment = 'mymlops') => ({
  ...{ name, status, labels: { 'mymlops-deployment': deployment } },
});

async function openImages(names: string[], lacks: string[] = []): Promise<Opened> {
  const google = await openWith({ enabled: ['compute.googleapis.com'], lacks, pageSize: 2 });
  google.state.images = [image('other-1', 'READY', 'other'), ...names.map((name) => image(name))];
  return google;
}

const list = ({ administration }: Opened) => administration.images.withLabel('mymlops-deployment', 'mymlops');

test('all pages, and none of another deployment', async () => {
  const google = await openImages(['a', 'b', 'c', 'd', 'e']);
  expect(await list(google)).toEqual({ value: ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, status: 'READY' })) });
  expect(google.state.calls).toHaveLength(3);
});

test('none', async () => {
  expect(await list(await openImages([]))).toEqual({ value: [] });
});

test('a page without images is not the end of the list', async () => {
  const google = await openImages(['a', 'b', 'c']);
  google.failNext('GET compute', 200, { kind: 'compute#imageList', nextPageToken: 'after-0' });
  expect(await list(google)).toMatchObject({ value: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] });
});

test('a deletion takes time, and one that is gone is deleted', async () => {
  const google = await openImages(['a', 'b']);
  expect(await google.administration.images.remove('a')).toEqual({ value: undefined });
  expect(await list(google)).toMatchObject({
    value: [
      { name: 'a', status: 'DELETING' },
      { name: 'b', status: 'READY' },
    ],
  });
  expect(await list(google)).toEqual({ value: [{ name: 'b', status: 'READY' }] });
  expect(await google.administration.images.remove('a')).toEqual({ value: undefined });
});

test('one that Google still makes, or deletes already, is refused as not ready', async () => {
  const google = await openImages(['a']);
  google.state.images = [image('a', 'PENDING'), image('b')];
  const refused = { refusal: { status: 400, message: expect.stringMatching(/global\/images\/[ab]' is not ready$/) } };
  expect(await google.administration.images.remove('a')).toEqual(refused);
  await google.administration.images.remove('b');
  expect(await google.administration.images.remove('b')).toEqual(refused);
});

test.each(['compute.images.list', 'compute.images.delete'])('without %s the refusal names it', async (permission) => {
  const google = await openImages(['a'], [permission]);
  const call = permission.endsWith('list') ? list(google) : google.administration.images.remove('a');
  expect(await call).toMatchObject({ refusal: { status: 403, permission } });
  expect(google.state.images).toHaveLength(2);
});

test('builds that live, apart from runs', async () => {
  const google = await openWith({
    enabled: ['firestore.googleapis.com'],
    databases: { 'mymlops-runs': { location: 'europe-west4' } },
  });
  const [live, ended] = ['20260101-000000-aaaa', '20260101-000000-bbbb'];
  google.state.builds = { [live]: { live: true, status: 'building' }, [ended]: { live: false, status: 'ready' } };
  google.state.runs = { '20260101-000000-cccc': { live: true, status: 'queued' } };
  const { history } = google.administration;
  expect(await history.liveBuilds('mymlops-runs')).toEqual({ value: [{ build: live, status: 'building' }] });
  expect(await history.liveRuns('mymlops-runs')).toEqual({
    value: [{ run: '20260101-000000-cccc', status: 'queued' }],
  });
  expect(await history.liveBuilds('other-runs')).toMatchObject({ refusal: { status: 404 } });
});
