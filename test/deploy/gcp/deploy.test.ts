// `deploy`, whole: real Terraform on the stand-ins of Google's provider, of its administration, and of the bucket of the state.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { VERSION } from '@mymlops/protocol';
import { deploy, type DeployOptions } from '../../../client/src/commands/deploy';
import { APIS } from '../../../client/src/deployment/apis';
import { tempName } from '../../../client/src/files/stale-temp-files';
import { STATE_LABEL } from '../../../client/src/deployment/state-bucket';
import { startGoogleAdministration, type FakeAdministration } from '../../fakes/google-administration';
import { startStateBucket, type StateBucket } from '../../fakes/state-bucket';
import { startTerraformGoogle, type TerraformGoogle } from '../../fakes/terraform-google';
import { testContext } from '../../client/context';
import { readPage } from '../../docs/pages';
import { describeTerraform } from '../../parts';

const PROGRAM = join(__dirname, '../../../deploy/local/dist/main.mjs');
/** They hold results and history. */
const KEPT = [
  'module.mymlops.google_firestore_database.runs',
  'module.mymlops.google_storage_bucket.live',
  'module.mymlops.google_storage_bucket.results',
];
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
      const { code } = await deploy(context, options, { hosts, token, environment });
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

  test('removed as docs/google.md says; the next deploy takes in what stayed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mymlops-removal-'));
    try {
      const infra = join(folder, 'infra');
      expect(await run({ ...REGION, write: infra })).toMatchObject({ code: 0 });
      const [bucket] = stateBuckets();
      const backend = `terraform {\n  backend "gcs" {\n    bucket = "${bucket?.name}"\n    prefix = "terraform"\n  }\n}\n`;
      writeFileSync(join(infra, 'backend.tf'), backend);
      expect(readPage('docs/google.md').text).toContain(backend.replace(bucket?.name ?? '', 'STATE_BUCKET'));
      const { PATH, HOME } = process.env;
      const env = { PATH, HOME, ...state.environment, ...provider.environment };
      for (const args of [['init'], ['destroy', '-auto-approve']]) {
        await promisify(execFile)('terraform', [...args, '-input=false', '-no-color'], { cwd: infra, env });
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
    const kept = provider.google.state();
    expect(Object.keys(kept)).toContain('google_firestore_database');
    expect(Object.keys(kept['google_pubsub_topic'] ?? {})).toEqual([]);

    const imports: string[] = [];
    for (const taken of [KEPT, []]) {
      const { refused } = await run({ yes: true, import: imports });
      const lines = Array.from(refused.matchAll(/--import '([^']+)'/g), ([, line = '']) => line).toSorted();
      expect(lines.map((line) => line.split('=')[0] ?? '')).toEqual(taken);
      imports.push(...lines);
    }
    expect(await run({ plan: true })).toMatchObject({ code: 0 });
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
