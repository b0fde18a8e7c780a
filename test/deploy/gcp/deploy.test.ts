// `deploy`, from a new project on.
import { VERSION } from '@mymlops/protocol';
import { APIS } from '../../../client/src/deployment/apis';
import { describeTerraform } from '../../parts';
import { openStory, REGION, type Story } from './story';

describeTerraform('deploy', () => {
  let story: Story;
  beforeAll(async () => {
    story = await openStory();
  });
  afterAll(() => story.close());

  const environmentOf = (name: string): Record<string, string> => {
    const found = story.ofType('google_cloudfunctions2_function').find((one) => one['name'] === name);
    const services = (found?.['service_config'] ?? []) as { environment_variables: Record<string, string> }[];
    return services[0]?.environment_variables ?? {};
  };

  test('a first time needs a region', async () => {
    expect(await story.run({ yes: true })).toMatchObject({ refused: expect.stringContaining('--region europe-west4') });
  });

  test('without a terminal and without --yes nothing is changed', async () => {
    const enabled = [...story.google.state.enabled];
    expect(await story.run(REGION)).toMatchObject({ refused: expect.stringContaining('Use --yes') });
    expect({ enabled: [...story.google.state.enabled], buckets: story.stateBuckets() }).toEqual({
      enabled,
      buckets: [],
    });
  });

  test('--plan of a new project ends where Terraform needs an API that is off, changes nothing, and exits 2', async () => {
    const enabled = [...story.google.state.enabled];
    const { code, said } = await story.run({ ...REGION, plan: true });
    expect({ code, said }).toEqual({ code: 2, said: expect.stringContaining('This is as far as --plan can look') });
    expect(said).not.toContain('Planning with');
    expect({ enabled: [...story.google.state.enabled], buckets: story.stateBuckets() }).toEqual({
      ...{ enabled, buckets: [] },
    });
  });

  test('a no to the plan: only the APIs and the bucket stay, and it says so', async () => {
    const { refused, asked, slept } = await story.run({ ...REGION, set: ['max_parallel=7'] }, 'y', 'n');
    expect(refused).toContain("The APIs that were enabled, and the bucket for Terraform's state, stay.");
    expect(asked[0]).toMatch(/enable \d+ APIs .*and make a bucket for Terraform's state/);
    // Google calls an API off for a moment after it was enabled.
    expect(slept).toContain(5_000);
    expect(APIS.filter((api) => !story.google.state.enabled.has(api))).toEqual([]);
    expect({ buckets: story.stateBuckets().length, made: story.made(), choices: story.choices() }).toEqual({
      buckets: 1,
      made: 0,
    });
  });

  test('--plan of a new deployment where all APIs are on', async () => {
    const { buckets } = story.google.state;
    story.google.state.buckets = new Map();
    try {
      const { code, said } = await story.run({ ...REGION, plan: true });
      expect({ code, said }).toEqual({
        code: 2,
        said: expect.stringContaining('module.mymlops.google_pubsub_topic.topic'),
      });
      expect({ buckets: story.stateBuckets(), made: story.made() }).toEqual({ buckets: [], made: 0 });
    } finally {
      story.google.state.buckets = buckets;
    }
  });

  test('yes: it is made, and remembered, although a build lacks a right that was just given', async () => {
    const user = ['user:ada@example.com'];
    story.provider.google.failNext({
      type: 'google_cloudfunctions2_function',
      error:
        'Error code 7, message: Could not build the function due to a missing permission on the build service account.',
    });
    const { code, refused, asked } = await story.run({ ...REGION, user }, 'y');
    expect({ code, refused }).toEqual({ code: 0, refused: '' });
    expect(asked).toEqual(['Make these changes? [y/N] ']);
    expect(story.made()).toBeGreaterThan(100);
    expect(story.choices()).toMatchObject({ region: 'europe-west4', version: VERSION, variables: { users: user } });
    expect([...story.state.objects.keys()]).toEqual([`${story.stateBuckets()[0]?.name}/terraform/default.tfstate`]);
  });

  test('again, from another computer: nothing to do, and no question', async () => {
    expect(await story.run({})).toMatchObject({ code: 0, refused: '', asked: [], isReady: true });
    expect(await story.run({ plan: true })).toMatchObject({ code: 0, refused: '' });
  });

  test('another value of a variable: --plan shows it and forgets it, --yes does it', async () => {
    const set = ['max_parallel=4'];
    expect(await story.run({ set, plan: true })).toMatchObject({ code: 2 });
    expect(story.choices()?.variables).not.toHaveProperty('max_parallel');
    expect(await story.run({ set, yes: true })).toMatchObject({ code: 0, refused: '' });
    expect(story.choices()?.variables).toMatchObject({ max_parallel: 4, users: ['user:ada@example.com'] });
    expect(environmentOf('mymlops-request')['MYMLOPS_MAX_PARALLEL']).toBe('4');
  });

  test('a look that could not list the buckets: it is not taken for a new deployment', async () => {
    const before = { choices: story.choices(), buckets: story.stateBuckets().length, made: story.made() };
    for (const plan of [true, false]) {
      story.google.failNext('GET storage /storage/v1/b?', 403, { error: { code: 403, message: 'No.' } });
      expect(await story.run({ ...REGION, yes: true, plan })).toMatchObject({
        refused: expect.stringContaining('You may not list the buckets'),
      });
    }
    expect({ choices: story.choices(), buckets: story.stateBuckets().length, made: story.made() }).toEqual(before);
  });

  test('as a service account: its checks, and no `doctor`, which would go as the person', async () => {
    const impersonate = 'ci@my-project.iam.gserviceaccount.com';
    story.google.state.accounts.add(impersonate);
    expect(await story.run({ impersonate })).toMatchObject({
      refused: expect.stringContaining('gcloud services enable iamcredentials.googleapis.com --project my-project'),
    });
    story.google.state.enabled.add('iamcredentials.googleapis.com');
    const { said, ...ran } = await story.run({ impersonate });
    expect(ran).toMatchObject({ code: 0, refused: '', isReady: false });
    expect(said).toContain('one of its users runs: mymlops-client --project my-project doctor');
  });

  test('it cannot move', async () => {
    expect(await story.run({ region: 'us-east1', yes: true })).toMatchObject({
      refused: expect.stringContaining('is in europe-west4'),
    });
  });

  test('a project without billing, whatever else: one refusal with each remedy', async () => {
    story.google.state.hasBilling = false;
    try {
      const { refused } = await story.run({ yes: true });
      expect(refused).toMatch(/billing: .*\n {2}https:\/\/console\.cloud\.google\.com\/billing[^]*Nothing was changed/);
    } finally {
      story.google.state.hasBilling = true;
    }
  });
});
