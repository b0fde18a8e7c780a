// `deploy`, whole: real Terraform on the stand-ins of Google's provider, of its administration, and of the bucket of the state.
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VERSION } from '@mymlops/protocol';
import { deploy, type DeployOptions } from '../../../client/src/commands/deploy';
import { APIS } from '../../../client/src/deployment/apis';
import { tempName } from '../../../client/src/files/stale-temp-files';
import { STATE_LABEL } from '../../../client/src/deployment/state-bucket';
import { startGoogleAdministration, type FakeAdministration } from '../../fakes/google-administration';
import { bucketOf } from '../../fakes/google-administration/state';
import { startStateBucket, type StateBucket } from '../../fakes/state-bucket';
import { startTerraformGoogle, type TerraformGoogle } from '../../fakes/terraform-google';
import { testContext } from '../../client/context';
import { describeTerraform } from '../../parts';

const PROGRAM = join(__dirname, '../../../deploy/local/dist/main.mjs');
const REGION = { region: 'europe-west4' };

describeTerraform('deploy', () => {
  const before = process.cwd();
  let google: FakeAdministration;
  let state: StateBucket;
  let provider: TerraformGoogle;

  beforeAll(async () => {
    [google, state, provider] = await Promise.all([
      startGoogleAdministration(),
      startStateBucket(),
      startTerraformGoogle({}),
    ]);
  });
  afterAll(async () => {
    provider.close();
    state.close();
    await google.close();
  });

  interface Ran {
    code: number | undefined;
    /** The sentence of a refusal. */
    refused: string;
    said: string;
    asked: string[];
  }

  /** With an answer to each question; without one, on no terminal. */
  async function run(options: DeployOptions, ...answers: string[]): Promise<Ran> {
    const asked: string[] = [];
    const said: string[] = [];
    const { PATH, HOME } = process.env;
    const context = testContext({
      ...{ env: { PATH, HOME }, cwd: before, flags: { project: 'my-project' }, localCloudProgram: PROGRAM },
      ask(question) {
        asked.push(question);
        return Promise.resolve(answers.shift() ?? null);
      },
      notice(line) {
        said.push(line);
        // Google's provider runs in Terraform's folder, where the functions' source is; the stand-in in this process.
        const own = readdirSync(tmpdir()).filter((name) => name.startsWith(tempName('mymlops-temp')));
        const folder = own.find((name) => existsSync(join(tmpdir(), name, 'main.tf.json')));
        if (line.startsWith('Planning with') && folder !== undefined) process.chdir(join(tmpdir(), folder));
      },
    });
    const environment = { ...state.environment, ...provider.environment };
    const { hosts, token } = google;
    try {
      const { code } = await deploy(context, options, { hosts, token, environment, sleep: () => Promise.resolve() });
      return { code, refused: '', said: said.join('\n'), asked };
    } catch (error) {
      return { code: undefined, refused: String(error), said: said.join('\n'), asked };
    } finally {
      process.chdir(before);
    }
  }

  const stateBuckets = () => [...google.state.buckets.values()].filter(({ labels }) => STATE_LABEL in labels);
  const choices = (): { variables?: object } | undefined => {
    const text = stateBuckets()[0]?.objects.get('choices.json')?.at(-1)?.text;
    return text === undefined ? undefined : (JSON.parse(text) as { variables?: object });
  };
  const made = (): number => Object.values(provider.google.state()).flatMap((all) => Object.keys(all)).length;
  const environmentOf = (name: string): Record<string, string> => {
    const all = Object.values(
      provider.google.state('google_cloudfunctions2_function')['google_cloudfunctions2_function'] ?? {},
    );
    const found = all.find((one) => one['name'] === name);
    const services = (found?.['service_config'] ?? []) as { environment_variables: Record<string, string> }[];
    return services[0]?.environment_variables ?? {};
  };

  test('a first time needs a region', async () => {
    expect(await run({ yes: true })).toMatchObject({ refused: expect.stringContaining('--region europe-west4') });
  });

  test('without a terminal and without --yes nothing is changed', async () => {
    const enabled = [...google.state.enabled];
    expect(await run(REGION)).toMatchObject({ refused: expect.stringContaining('Use --yes') });
    expect({ enabled: [...google.state.enabled], buckets: stateBuckets() }).toEqual({ enabled, buckets: [] });
  });

  test('--plan of a new deployment changes nothing, and exits 2', async () => {
    const enabled = [...google.state.enabled];
    const { code, said } = await run({ ...REGION, plan: true });
    expect({ code, said }).toEqual({
      code: 2,
      said: expect.stringContaining('module.mymlops.google_pubsub_topic.topic'),
    });
    expect({ enabled: [...google.state.enabled], buckets: stateBuckets(), made: made() }).toEqual({
      ...{ enabled, buckets: [], made: 0 },
    });
  });

  test('a no to the plan: only the APIs and the bucket stay', async () => {
    const { refused, asked } = await run({ ...REGION, set: ['max_parallel=7'] }, 'y', 'n');
    expect(refused).toContain('Nothing was changed');
    expect(asked[0]).toMatch(/enable \d+ APIs .*and make a bucket for Terraform's state/);
    expect(APIS.filter((api) => !google.state.enabled.has(api))).toEqual([]);
    expect({ buckets: stateBuckets().length, made: made(), choices: choices() }).toEqual({ buckets: 1, made: 0 });
  });

  test('yes: it is made, and remembered', async () => {
    const user = ['user:ada@example.com'];
    const { code, refused, asked } = await run({ ...REGION, user }, 'y');
    expect({ code, refused }).toEqual({ code: 0, refused: '' });
    expect(asked).toEqual(['Make these changes? [y/N] ']);
    expect(made()).toBeGreaterThan(100);
    expect(choices()).toMatchObject({ region: 'europe-west4', version: VERSION, variables: { users: user } });
    expect([...state.objects.keys()]).toEqual([`${stateBuckets()[0]?.name}/terraform/default.tfstate`]);
  });

  test('again, from another computer: nothing to do, and no question', async () => {
    expect(await run({})).toMatchObject({ code: 0, refused: '', asked: [] });
    expect(await run({ plan: true })).toMatchObject({ code: 0, refused: '' });
  });

  test('another value of a variable: --plan shows it and forgets it, --yes does it', async () => {
    const set = ['max_parallel=4'];
    expect(await run({ set, plan: true })).toMatchObject({ code: 2 });
    expect(choices()?.variables).not.toHaveProperty('max_parallel');
    expect(await run({ set, yes: true })).toMatchObject({ code: 0, refused: '' });
    expect(choices()?.variables).toMatchObject({ max_parallel: 4, users: ['user:ada@example.com'] });
    expect(environmentOf('mymlops-request')['MYMLOPS_MAX_PARALLEL']).toBe('4');
  });

  test('two looks that could not list the buckets: it is not taken for a new deployment', async () => {
    const before = { choices: choices(), buckets: stateBuckets().length, made: made() };
    for (let looks = 0; looks < 2; looks++) google.failNext('GET storage /storage/v1/b?', 403);
    expect(await run({ ...REGION, yes: true })).toMatchObject({ code: 0, refused: '' });
    expect({ choices: choices(), buckets: stateBuckets().length, made: made() }).toEqual(before);
  });

  test('it cannot move', async () => {
    expect(await run({ region: 'us-east1', yes: true })).toMatchObject({
      refused: expect.stringContaining('is in europe-west4'),
    });
  });

  /** Both stand-ins are one Google: this one learns what Terraform has made in the other. */
  function seeWhatTerraformMade(): void {
    const of = (type: string) => Object.values(provider.google.state(type)[type] ?? {});
    for (const { name, location_id: location } of of('google_firestore_database')) {
      google.state.databases[String(name)] ??= { location: String(location) };
    }
    for (const { name } of of('google_storage_bucket')) {
      // Terraform removes that of the functions' sources.
      if (google.state.buckets.has(String(name)) || String(name).includes('-source-')) continue;
      const { number } = google.state.project;
      const made = bucketOf(
        { name: String(name), objects: { 'runs/1/log.txt': 'x' } },
        number,
        google.state.nextNumber,
      );
      google.state.buckets.set(String(name), made);
    }
    for (const { secret_id: id } of of('google_secret_manager_secret')) google.state.secrets.add(String(id));
    google.state.topics = new Set(of('google_pubsub_topic').map(({ name }) => String(name)));
  }

  const RUN = '20260101-000000-abcd';
  const aVm = (name: string, deployment = 'mymlops') => ({
    ...{ name, zone: 'us-east1-c', status: 'RUNNING', labels: { 'mymlops-deployment': deployment } },
  });

  test('--destroy of a deployment that deploy has not made, or of the wrong name', async () => {
    const config = google.state.buckets;
    google.state.buckets = new Map();
    try {
      expect(await run({ destroy: true, yes: true })).toMatchObject({
        refused: expect.stringContaining('has not made a deployment "mymlops"'),
      });
    } finally {
      google.state.buckets = config;
    }
    expect(await run({ destroy: true, yes: true, deleteHistory: 'other' })).toMatchObject({
      refused: expect.stringContaining('the name of this deployment is mymlops'),
    });
    expect(await run({ destroy: true, region: 'europe-west4' })).toMatchObject({
      refused: expect.stringContaining('--region would do nothing'),
    });
    expect(await run({ force: true })).toMatchObject({ refused: expect.stringContaining('deploy --destroy') });
  });

  test('--destroy while runs and VMs live: refused, with their names, and nothing is changed', async () => {
    seeWhatTerraformMade();
    const before = made();
    google.state.runs = {
      [RUN]: { live: true, status: 'running' },
      '20260101-000000-zzzz': { live: false, status: 'done' },
    };
    google.state.vms = [aVm(`mymlops-${RUN}-1`), aVm(`mymlops-two-${RUN}-1`, 'mymlops-two')];
    const { refused } = await run({ destroy: true, yes: true });
    expect(refused).toContain(
      `1 run and 1 VM of this deployment still live:\n  run ${RUN}: running\n  VM mymlops-${RUN}-1 in`,
    );
    expect(refused).not.toContain('mymlops-two');
    expect({ made: made(), vms: google.state.vms.length }).toEqual({ made: before, vms: 2 });
  });

  test('--destroy without a terminal and without --yes, and --destroy --plan, change nothing', async () => {
    const before = made();
    expect(await run({ destroy: true, force: true })).toMatchObject({ refused: expect.stringContaining('Use --yes') });
    expect(await run({ destroy: true, force: true, plan: true })).toMatchObject({ code: 2 });
    expect({ made: made(), vms: google.state.vms.length }).toEqual({ made: before, vms: 2 });
  });

  test('--destroy --force: the functions end the runs, then the VMs are deleted, then all but the history', async () => {
    const sent: object[] = [];
    google.state.onPublished = (topic, message) => {
      sent.push({ topic, ...message });
      google.state.runs[message.run] = { live: false, status: 'cancelled' };
    };
    const { code, refused, asked, said } = await run({ destroy: true, force: true }, 'y');
    expect({ code, refused }).toEqual({ code: 0, refused: '' });
    expect(asked).toEqual(['Deployment "mymlops": end 1 run and 1 VM, then remove all that is listed above? [y/N] ']);
    expect(sent).toEqual([expect.objectContaining({ topic: 'mymlops-requests', type: 'cancel', run: RUN })]);
    expect(google.state.vms.map(({ name }) => name)).toEqual([`mymlops-two-${RUN}-1`]);
    const kept = provider.google.state();
    expect(Object.keys(kept)).toContain('google_firestore_database');
    expect(Object.keys(kept['google_pubsub_topic'] ?? {})).toEqual([]);
    expect(said).toContain('the run history: database mymlops-runs');
    expect(said).toContain(`gs://${stateBuckets()[0]?.name}`);
    expect(said).toContain('deploy --destroy --delete-history mymlops');
  });

  test('again: nothing is left to remove, and no question comes', async () => {
    seeWhatTerraformMade();
    expect(await run({ destroy: true })).toMatchObject({ code: 0, refused: '', asked: [] });
    expect(await run({ destroy: true, plan: true })).toMatchObject({ code: 0 });
  });

  test('the next deploy finds what stayed, and takes it in after a question', async () => {
    expect(await run({})).toMatchObject({ refused: expect.stringContaining('Use --yes') });
    const { code, refused, asked, said } = await run({}, 'y', 'y');
    expect({ code, refused }).toEqual({ code: 0, refused: '' });
    expect(asked).toEqual(['Take them in, with all that they hold? [y/N] ', 'Make these changes? [y/N] ']);
    expect(said).toContain('  projects/my-project/databases/mymlops-runs');
    expect(await run({ plan: true })).toMatchObject({ code: 0, refused: '' });
  });

  test('the end names a VM that came while the functions went, and --force deletes it', async () => {
    seeWhatTerraformMade();
    const apply = provider.google.delete;
    provider.google.delete = (...given) => {
      google.state.vms = [aVm('mymlops-late-1')];
      return apply(...given);
    };
    try {
      expect(await run({ destroy: true, yes: true })).toMatchObject({
        refused: expect.stringMatching(/VM mymlops-late-1 in us-east1-c[^]*--force/),
      });
    } finally {
      provider.google.delete = apply;
    }
    seeWhatTerraformMade();
    expect(await run({ destroy: true, yes: true, force: true })).toMatchObject({ code: 0, refused: '' });
    expect(google.state.vms).toEqual([]);
  });

  test('--delete-history afterwards: database, buckets and secrets go, and nothing of another deployment', async () => {
    google.state.secrets = new Set(['mymlops_TOKEN', 'mymlops_deploy-key-1', 'mymlops-two_TOKEN', 'other']);
    google.state.databases['mymlops-two-runs'] = { location: 'europe-west4' };
    const { code, refused, said, asked } = await run({ destroy: true, deleteHistory: 'mymlops' }, 'y');
    expect({ code, refused }).toEqual({ code: 0, refused: '' });
    expect(asked[0]).toContain('delete for ever mymlops-runs, my-project-mymlops-results-');
    expect(said).toContain('Its history, results and secrets are deleted.');
    expect([...google.state.secrets]).toEqual(['mymlops-two_TOKEN', 'other']);
    expect(Object.keys(google.state.databases)).toEqual(['mymlops-two-runs']);
    expect([...google.state.buckets.keys()]).toEqual(stateBuckets().map(({ name }) => name));
  });

  test('a project without billing, whatever else: one refusal with each remedy', async () => {
    google.state.hasBilling = false;
    try {
      const { refused } = await run({ yes: true });
      expect(refused).toMatch(/billing: .*\n {2}https:\/\/console\.cloud\.google\.com\/billing[^]*Nothing was changed/);
    } finally {
      google.state.hasBilling = true;
    }
  });
});
