// One Google for `deploy`, whole: real Terraform on the stand-ins of Google's provider, of its administration, and of the bucket of
// the state, which know the same APIs, and learn from each other when a test says so.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deploy, type DeployOptions } from '../../../client/src/commands/deploy';
import { STATE_LABEL } from '../../../client/src/deployment/state-bucket';
import { tempName } from '../../../client/src/files/stale-temp-files';
import { startGoogleAdministration, type FakeAdministration } from '../../fakes/google-administration';
import { bucketOf, type FakeBucket } from '../../fakes/google-administration/state';
import { startStateBucket, type StateBucket } from '../../fakes/state-bucket';
import { startTerraformGoogle, type TerraformGoogle, type Values } from '../../fakes/terraform-google';
import { testContext } from '../../client/context';

const PROGRAM = join(__dirname, '../../../deploy/local/dist/main.mjs');
export const REGION = { region: 'europe-west4' };

export interface Ran {
  code: number | undefined;
  /** `doctor` would follow. */
  isReady: boolean;
  /** The sentence of a refusal. */
  refused: string;
  said: string;
  asked: string[];
  /** The pauses, in milliseconds. */
  slept: number[];
}

export interface Story {
  google: FakeAdministration;
  state: StateBucket;
  provider: TerraformGoogle;
  /** `deploy` with an answer to each question; without one, on no terminal. */
  run(options: DeployOptions, ...answers: string[]): Promise<Ran>;
  stateBuckets(): FakeBucket[];
  /** Those that are stored. */
  choices(): { variables?: object } | undefined;
  /** Number of resources that Terraform has made. */
  made(): number;
  ofType(type: string): Values[];
  /** The stand-in of the administration learns what Terraform has made in the other. */
  seeWhatTerraformMade(): void;
  close(): Promise<void>;
}

/** Terraform's folder of this process. */
function workFolder(): string {
  const own = tempName('mymlops-temp');
  const names = readdirSync(tmpdir()).filter((name) => name.startsWith('mymlops-deploy-') || name.startsWith(own));
  const found = names.find((name) => {
    if (name.startsWith(own)) return existsSync(join(tmpdir(), name, 'main.tf.json'));
    const notes = join(tmpdir(), name, 'processes.txt');
    return existsSync(notes) && readFileSync(notes, 'utf8').split('\n').includes(own);
  });
  if (found === undefined) throw new Error('Terraform has no folder of this process.');
  return join(tmpdir(), found);
}

/** A project that was just made. */
export async function openStory(): Promise<Story> {
  const before = process.cwd();
  const [google, state] = await Promise.all([startGoogleAdministration(), startStateBucket()]);
  const provider = await startTerraformGoogle({ apis: google.state.enabled });

  async function run(options: DeployOptions, ...answers: string[]): Promise<Ran> {
    const asked: string[] = [];
    const said: string[] = [];
    const slept: number[] = [];
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
        if (line.startsWith('Planning')) process.chdir(workFolder());
      },
    });
    // Terraform would ask Google itself for a token of the account.
    const environment = {
      ...{ ...state.environment, ...provider.environment },
      ...(options.impersonate !== undefined && { GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: '' }),
    };
    const { hosts, token } = google;
    const sleep = (ms: number): Promise<void> => Promise.resolve(void slept.push(ms));
    const ended = (): Pick<Ran, 'said' | 'asked' | 'slept'> => ({ said: said.join('\n'), asked, slept });
    try {
      const { code, isReady } = await deploy(context, options, { hosts, token, environment, sleep });
      return { code, isReady, refused: '', ...ended() };
    } catch (error) {
      return { code: undefined, isReady: false, refused: String(error), ...ended() };
    } finally {
      process.chdir(before);
    }
  }

  const stateBuckets = (): FakeBucket[] =>
    [...google.state.buckets.values()].filter(({ labels }) => STATE_LABEL in labels);
  const ofType = (type: string): Values[] => Object.values(provider.google.state(type)[type] ?? {});
  return {
    ...{ google, state, provider, run, stateBuckets, ofType },
    choices() {
      const text = stateBuckets()[0]?.objects.get('choices.json')?.at(-1)?.text;
      return text === undefined ? undefined : (JSON.parse(text) as { variables?: object });
    },
    made: () => Object.values(provider.google.state()).flatMap((all) => Object.keys(all)).length,
    seeWhatTerraformMade() {
      for (const { name, location_id: location } of ofType('google_firestore_database')) {
        google.state.databases[String(name)] ??= { location: String(location) };
      }
      for (const { name } of ofType('google_storage_bucket')) {
        // Terraform removes that of the functions' sources.
        if (google.state.buckets.has(String(name)) || String(name).includes('-source-')) continue;
        const one = { name: String(name), objects: { 'runs/1/log.txt': 'x' } };
        const { project, nextNumber } = google.state;
        google.state.buckets.set(String(name), bucketOf(one, project.number, nextNumber));
      }
      for (const { secret_id: id } of ofType('google_secret_manager_secret')) google.state.secrets.add(String(id));
      google.state.topics = new Set(ofType('google_pubsub_topic').map(({ name }) => String(name)));
    },
    async close() {
      provider.close();
      state.close();
      await google.close();
    },
  };
}
