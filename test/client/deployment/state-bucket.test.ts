// The bucket of Terraform's state, in a project of a stand-in for Google.
import { findStateBucket, makeStateBucket } from '../../../client/src/deployment/state-bucket';
import type { Administration } from '../../../client/src/google/administration';
import type { GoogleOptions } from '../../fakes/google-administration';
import { openWith, type Opened } from '../google/open-administration';

const open = (options: GoogleOptions = {}): Promise<Opened> => openWith(options);

const NUMBER = '123456789012';
const OPTIONS = {
  ...{ project: 'my-project', projectNumber: NUMBER, deployment: 'mymlops' },
  ...{ region: 'europe-west4', suffix: 'a1b2c3' },
};
const findOrMake = async (administration: Administration, options = OPTIONS) =>
  makeStateBucket(administration, await findStateBucket(administration, options), options);
const NAME = 'mymlops-tfstate-a1b2c3';
const LABELS = { 'mymlops-state': 'mymlops' };
const PROTECTED = {
  versioning: { enabled: true },
  iamConfiguration: { uniformBucketLevelAccess: { enabled: true }, publicAccessPrevention: 'enforced' },
};

const expected = (message: string | RegExp): object => ({
  ...{ name: 'ExpectedError', message: expect.stringMatching(message) as unknown },
});

describe('the bucket', () => {
  test('is made in the region, labelled and protected from the start', async () => {
    const { administration, state } = await open();
    expect(await findStateBucket(administration, OPTIONS)).toBeUndefined();
    expect(await findOrMake(administration, OPTIONS)).toMatchObject({ name: NAME, labels: LABELS });
    expect([...state.buckets.values()]).toEqual([
      expect.objectContaining({
        name: NAME,
        location: 'EUROPE-WEST4',
        labels: LABELS,
        metageneration: '1',
        ...PROTECTED,
      }),
    ]);
  });

  test('is found again by its label, whichever name would be chosen now', async () => {
    const { administration, state } = await open();
    const made = await findOrMake(administration, OPTIONS);
    expect(await findStateBucket(administration, OPTIONS)).toEqual(made);
    expect(await findOrMake(administration, { ...OPTIONS, suffix: 'd4e5f6' })).toEqual(made);
    expect(state.buckets.size).toBe(1);
  });

  test('is found among many, on a later page of the list', async () => {
    const others = ['a-1', 'b-1', 'c-1', 'd-1'].map((name) => ({ name, labels: { 'mymlops-state': 'other' } }));
    const { administration } = await open({ buckets: [...others, { name: 'z-1', labels: LABELS }] });
    expect(await findStateBucket(administration, OPTIONS)).toMatchObject({ name: 'z-1' });
  });

  test('of another deployment is another one', async () => {
    const { administration, state } = await open({ buckets: [{ name: 'x-1', labels: { 'mymlops-state': 'other' } }] });
    await findOrMake(administration, OPTIONS);
    expect([...state.buckets.keys()]).toEqual(['x-1', NAME]);
  });

  test('two of them: deploy chooses none, and makes none', async () => {
    const buckets = ['one-1', 'two-2'].map((name) => ({ name, labels: LABELS }));
    const { administration, state } = await open({ buckets });
    const sentence =
      /^Two buckets have the label mymlops-state=mymlops: one-1 and two-2\. .* gcloud storage buckets update gs:\/\/BUCKET --remove-labels=mymlops-state$/;
    await expect(findStateBucket(administration, OPTIONS)).rejects.toMatchObject(expected(sentence));
    await expect(findOrMake(administration, OPTIONS)).rejects.toMatchObject(expected(sentence));
    expect(state.buckets.size).toBe(2);
  });

  test('with the label, but of another project, is not taken', async () => {
    const { administration } = await open({ buckets: [{ name: 'mine-1', labels: LABELS }] });
    expect(await findStateBucket(administration, { ...OPTIONS, projectNumber: '99' })).toBeUndefined();
  });

  test('without versions or uniform access gets them back; all else stays', async () => {
    const { administration, state } = await open({
      buckets: [{ name: 'old-1', location: 'EU', labels: { ...LABELS, team: 'ml' }, objects: { x: 'y' } }],
    });
    expect(await findOrMake(administration, OPTIONS)).toMatchObject({ name: 'old-1', isVersioned: true });
    expect(state.buckets.get('old-1')).toMatchObject({
      location: 'EU',
      labels: { ...LABELS, team: 'ml' },
      ...PROTECTED,
    });
    expect(state.buckets.get('old-1')?.objects.size).toBe(1);
  });

  test('that is protected is not changed', async () => {
    const { administration, state } = await open({ buckets: [{ name: 'old-1', labels: LABELS, ...PROTECTED }] });
    await findOrMake(administration, OPTIONS);
    expect(state.calls.filter((line) => !line.startsWith('GET'))).toEqual([]);
  });

  test('that only looking finds is not changed', async () => {
    const { administration, state } = await open({ buckets: [{ name: 'old-1', labels: LABELS }] });
    expect(await findStateBucket(administration, OPTIONS)).toMatchObject({ name: 'old-1', isVersioned: false });
    expect(state.buckets.get('old-1')?.metageneration).toBe('1');
  });

  test('that somebody changes between the look and the protection', async () => {
    const google = await open({ buckets: [{ name: 'old-1', labels: LABELS }] });
    const conflict = {
      error: { code: 412, message: 'At least one of the pre-conditions you specified did not hold.' },
    };
    google.failNext('PATCH', 412, conflict);
    await expect(findOrMake(google.administration, OPTIONS)).rejects.toMatchObject(
      expected(/^Somebody else changed it meanwhile: .*protect the bucket old-1\. Run `deploy` again\.$/),
    );
  });
});

describe('a name that is taken', () => {
  const TAKEN = new RegExp(`^Another one has the bucket ${NAME}, .* Run \`deploy\` again: it chooses another name\\.$`);

  test.each([
    ['another project', { projectNumber: '99' }],
    ['another project, with our label for all to see', { projectNumber: '99', isVisible: true, labels: LABELS }],
    ['this project, without the label', {}],
    ['this project, for another deployment', { labels: { 'mymlops-state': 'other' } }],
  ])('by %s', async (_whom, bucket) => {
    const { administration, state } = await open({ buckets: [{ name: NAME, ...bucket }] });
    await expect(findOrMake(administration, OPTIONS)).rejects.toMatchObject(expected(TAKEN));
    expect(state.buckets.get(NAME)?.metageneration).toBe('1');
  });

  test('by an earlier call, whose effect is not in the list yet', async () => {
    const google = await open({ buckets: [{ name: NAME, labels: LABELS, ...PROTECTED }] });
    google.failNext('GET storage /storage/v1/b?', 200, {});
    expect(await findOrMake(google.administration, OPTIONS)).toMatchObject({ name: NAME });
  });

  test('the answer was lost: the next time the bucket is found', async () => {
    const google = await open();
    google.loseNext('POST storage');
    await expect(findOrMake(google.administration, OPTIONS)).rejects.toMatchObject({ code: 14 });
    expect(await findOrMake(google.administration, { ...OPTIONS, suffix: 'd4e5f6' })).toMatchObject({
      name: NAME,
    });
    expect(google.state.buckets.size).toBe(1);
  });
});

describe('refused', () => {
  const USE = 'serviceusage.services.use';
  const GRANT =
    'Its owner gives you the role: gcloud projects add-iam-policy-binding my-project --member=user:ada@example.com --role=roles/storage.admin';

  test.each<[string, GoogleOptions, string]>([
    [
      'to list',
      { permissions: [USE] },
      `You may not list the buckets in project my-project (storage.buckets.list). ${GRANT}`,
    ],
    [
      'to make one',
      { permissions: [USE, 'storage.buckets.list'] },
      `You may not make the bucket ${NAME} in project my-project (storage.buckets.create). ${GRANT}`,
    ],
    [
      'to protect one',
      { permissions: [USE, 'storage.buckets.list'], buckets: [{ name: 'old-1', labels: LABELS }] },
      `You may not protect the bucket old-1 in project my-project (storage.buckets.update). ${GRANT}`,
    ],
    [
      'no billing',
      { hasBilling: false },
      'Project my-project has no active billing account, and Google enables Compute Engine only with one. See: https://console.cloud.google.com/billing/linkedaccount?project=my-project',
    ],
    [
      'Cloud Storage is off',
      { enabled: [] },
      'The API storage.googleapis.com is off in project my-project. Run: gcloud services enable storage.googleapis.com --project my-project',
    ],
  ])('%s', async (_what, options, message) => {
    const { administration } = await open(options);
    await expect(findOrMake(administration, OPTIONS)).rejects.toMatchObject({
      name: 'ExpectedError',
      message,
    });
  });

  test('a name that Google does not accept: its words', async () => {
    const { administration } = await open();
    await expect(findOrMake(administration, { ...OPTIONS, suffix: 'A B' })).rejects.toMatchObject(
      expected(/^Google did not make the bucket mymlops-tfstate-A B in project my-project: Invalid bucket name/),
    );
  });
});
