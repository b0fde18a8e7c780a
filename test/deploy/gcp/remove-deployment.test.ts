// `deploy --destroy`, and the next `deploy`, which takes in what stayed.
import { describeTerraform } from '../../parts';
import { openStory, REGION, type Story } from './story';

describeTerraform('deploy --destroy', () => {
  let story: Story;
  beforeAll(async () => {
    story = await openStory();
    expect(await story.run({ ...REGION, yes: true })).toMatchObject({ code: 0, refused: '' });
    // Some time has gone by, and all of Google knows which APIs are on.
    story.google.state.late.clear();
  });
  afterAll(() => story.close());

  const RUN = '20260101-000000-abcd';
  const BUILD = '20260102-000000-abcd';
  const anImage = (name: string, deployment = 'mymlops') => ({
    ...{ name, status: 'READY', labels: { 'mymlops-deployment': deployment } },
  });
  const aVm = (name: string, deployment = 'mymlops') => ({
    ...{ name, zone: 'us-east1-c', status: 'RUNNING', labels: { 'mymlops-deployment': deployment } },
  });

  const aDisk = (name: string, deployment = 'mymlops') => ({
    ...{ name, zone: 'us-east1-c', labels: { 'mymlops-deployment': deployment } },
  });
  const LEFT = `mymlops-image-${BUILD}-1`;

  test('--destroy of a deployment that deploy has not made, or of the wrong name', async () => {
    const config = story.google.state.buckets;
    story.google.state.buckets = new Map();
    try {
      expect(await story.run({ destroy: true, yes: true })).toMatchObject({
        refused: expect.stringContaining('has not made a deployment "mymlops"'),
      });
    } finally {
      story.google.state.buckets = config;
    }
    expect(await story.run({ destroy: true, yes: true, deleteHistory: 'other' })).toMatchObject({
      refused: expect.stringContaining('the name of this deployment is mymlops'),
    });
    expect(await story.run({ destroy: true, region: 'europe-west4' })).toMatchObject({
      refused: expect.stringContaining('--region would do nothing'),
    });
    expect(await story.run({ force: true })).toMatchObject({ refused: expect.stringContaining('deploy --destroy') });
  });

  test('--destroy while runs, builds and VMs live: refused, with their names, and nothing is changed', async () => {
    story.seeWhatTerraformMade();
    const before = story.made();
    story.google.state.runs = {
      [RUN]: { live: true, status: 'running' },
      '20260101-000000-zzzz': { live: false, status: 'done' },
    };
    story.google.state.builds = { [BUILD]: { live: true, status: 'building' } };
    story.google.state.images = [anImage('mymlops-torch-1'), anImage('mymlops-two-torch-1', 'mymlops-two')];
    story.google.state.vms = [aVm(`mymlops-${RUN}-1`), aVm(`mymlops-two-${RUN}-1`, 'mymlops-two')];
    story.google.state.disks = [aDisk(LEFT), aDisk('mymlops-two-left', 'mymlops-two')];
    const { refused } = await story.run({ destroy: true, yes: true });
    expect(refused).toContain(
      `1 run, 1 build, 1 VM and 1 disk of this deployment still live:\n  run ${RUN}: running\n  build ${BUILD}: building\n  VM mymlops-${RUN}-1 in`,
    );
    expect(refused).toContain(`\n  disk ${LEFT} in us-east1-c\n`);
    expect(refused).not.toContain('mymlops-two');
    expect({ made: story.made(), vms: story.google.state.vms.length }).toEqual({ made: before, vms: 2 });
  });

  test('--destroy without a terminal and without --yes, and --destroy --plan, change nothing', async () => {
    const before = story.made();
    expect(await story.run({ destroy: true, force: true })).toMatchObject({
      refused: expect.stringContaining('Use --yes'),
    });
    expect(await story.run({ destroy: true, force: true, plan: true })).toMatchObject({
      code: 2,
      said: expect.stringContaining(`  disk ${LEFT} in us-east1-c`),
    });
    expect({ made: story.made(), vms: story.google.state.vms.length }).toEqual({ made: before, vms: 2 });
  });

  test('--destroy --force: the functions end runs and builds, then the VMs are deleted, then all but the history', async () => {
    const sent: object[] = [];
    story.google.state.onPublished = (topic, message) => {
      sent.push({ topic, ...message });
      const { runs, builds } = story.google.state;
      if (message.build === undefined) runs[message.run] = { live: false, status: 'cancelled' };
      else builds[message.build] = { live: false, status: 'cancelled' };
    };
    const { code, refused, asked, said } = await story.run({ destroy: true, force: true }, 'y');
    expect({ code, refused }).toEqual({ code: 0, refused: '' });
    expect(asked).toEqual([
      'Deployment "mymlops": end 1 run, 1 build and 1 VM, then delete 1 disk, then remove all that is listed above? [y/N] ',
    ]);
    expect(sent).toEqual([
      expect.objectContaining({ topic: 'mymlops-requests', type: 'cancel', run: RUN }),
      expect.objectContaining({ topic: 'mymlops-requests', type: 'cancel-build', build: BUILD }),
    ]);
    expect(story.google.state.vms.map(({ name }) => name)).toEqual([`mymlops-two-${RUN}-1`]);
    expect(story.google.state.disks.map(({ name }) => name)).toEqual(['mymlops-two-left']);
    const kept = story.provider.google.state();
    expect(Object.keys(kept)).toContain('google_firestore_database');
    expect(Object.keys(kept['google_pubsub_topic'] ?? {})).toEqual([]);
    expect(said).toContain('the run history: database mymlops-runs');
    expect(said).toContain('1 image: mymlops-torch-1, $0.05 a month');
    expect(story.google.state.images).toHaveLength(2);
    expect(said).toContain(`gs://${story.stateBuckets()[0]?.name}`);
    expect(said).toContain('deploy --destroy --delete-history mymlops');
  });

  test('again: nothing is left to remove, and no question comes', async () => {
    story.seeWhatTerraformMade();
    expect(await story.run({ destroy: true })).toMatchObject({ code: 0, refused: '', asked: [] });
    expect(await story.run({ destroy: true, plan: true })).toMatchObject({ code: 0 });
  });

  test('the next deploy finds what stayed, and takes it in after a question', async () => {
    expect(await story.run({})).toMatchObject({ refused: expect.stringContaining('Use --yes') });
    const { code, refused, asked, said } = await story.run({}, 'y', 'y');
    expect({ code, refused }).toEqual({ code: 0, refused: '' });
    expect(asked).toEqual(['Take them in, with all that they hold? [y/N] ', 'Make these changes? [y/N] ']);
    expect(said).toContain('  projects/my-project/databases/mymlops-runs');
    expect(await story.run({ plan: true })).toMatchObject({ code: 0, refused: '' });
  });

  test('the end names a VM and a disk that came while the functions went, and --force deletes them', async () => {
    story.seeWhatTerraformMade();
    const apply = story.provider.google.delete;
    story.provider.google.delete = (...given) => {
      story.google.state.vms = [aVm('mymlops-late-1')];
      story.google.state.disks = [aDisk('mymlops-late-2')];
      return apply(...given);
    };
    try {
      expect(await story.run({ destroy: true, yes: true })).toMatchObject({
        refused: expect.stringMatching(
          /left 1 VM and 1 disk:\n {2}VM mymlops-late-1 in us-east1-c[^]*\n {2}disk mymlops-late-2 in us-east1-c\n[^]*--force/,
        ),
      });
    } finally {
      story.provider.google.delete = apply;
    }
    story.seeWhatTerraformMade();
    expect(await story.run({ destroy: true, yes: true, force: true })).toMatchObject({ code: 0, refused: '' });
    expect([story.google.state.vms, story.google.state.disks]).toEqual([[], []]);
  });

  test('--delete-history afterwards: database, buckets, secrets and images go, and nothing of another deployment', async () => {
    story.google.state.secrets = new Set(['mymlops_TOKEN', 'mymlops_deploy-key-1', 'mymlops-two_TOKEN', 'other']);
    story.google.state.databases['mymlops-two-runs'] = { location: 'europe-west4' };
    const { code, refused, said, asked } = await story.run({ destroy: true, deleteHistory: 'mymlops' }, 'y');
    expect({ code, refused }).toEqual({ code: 0, refused: '' });
    expect(asked[0]).toContain('delete for ever mymlops-runs, my-project-mymlops-results-');
    expect(said).toMatch(/^Its history, results.* are deleted\.$/m);
    expect([...story.google.state.secrets]).toEqual(['mymlops-two_TOKEN', 'other']);
    expect(asked[0]).toContain('mymlops_deploy-key-1, mymlops-torch-1?');
    expect(story.google.state.images.map(({ name }) => name)).toEqual(['mymlops-two-torch-1']);
    expect(Object.keys(story.google.state.databases)).toEqual(['mymlops-two-runs']);
    expect([...story.google.state.buckets.keys()]).toEqual(story.stateBuckets().map(({ name }) => name));
  });
});
