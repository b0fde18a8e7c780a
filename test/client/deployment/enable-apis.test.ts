// Enabling what a deployment takes, in a project of a stand-in for Google.
import { APIS, SERVICES_WITH_AGENTS } from '../../../client/src/deployment/apis';
import { enableApis, makeAgents, missingApis, type EnableOptions } from '../../../client/src/deployment/enable-apis';
import type { GoogleOptions } from '../../fakes/google-administration';
import { openWith, type Opened } from '../google/open-administration';

interface More extends Partial<EnableOptions> {
  apis?: readonly string[];
}

interface Project extends Opened {
  said: string[];
  /** Milliseconds of each pause. */
  pauses: number[];
  /** Resolves to those that were off. */
  enable(options?: More): Promise<string[]>;
}

/** With a clock that only the pauses move. */
async function open(options: GoogleOptions = {}): Promise<Project> {
  const google = await openWith(options);
  const said: string[] = [];
  const pauses: number[] = [];
  let nowMs = 0;
  const sleep = (ms: number): Promise<void> => {
    nowMs += ms;
    pauses.push(ms);
    return Promise.resolve();
  };
  const handed: EnableOptions = { say: (line) => void said.push(line), sleep, now: () => nowMs };
  async function enable({ apis = APIS, ...more }: More = {}): Promise<string[]> {
    const { administration } = google;
    const missing = await missingApis(administration, apis);
    await enableApis(administration, missing, { ...handed, ...more });
    const agents = SERVICES_WITH_AGENTS.filter((one) => apis.includes(one));
    await makeAgents(administration, agents, { ...handed, ...more });
    return missing;
  }
  return { ...google, said, pauses, enable };
}

const callsWith = ({ state }: Opened, part: string): number => state.calls.filter((line) => line.includes(part)).length;

test('only what is off is enabled, and waited for', async () => {
  const off = ['compute.googleapis.com', 'run.googleapis.com'];
  const google = await open({ enabled: APIS.filter((api) => !off.includes(api)) });
  expect(await google.enable()).toEqual(off);
  expect([...google.state.enabled].toSorted()).toEqual(APIS.toSorted());
  expect(google.said).toEqual(['Enabling in project my-project: compute.googleapis.com, run.googleapis.com']);
  expect(callsWith(google, 'batchEnable')).toBe(1);
});

test('a project that was just made: all of them, in one call, before the accounts of services', async () => {
  const google = await open();
  const before = [...google.state.enabled];
  expect(await google.enable()).toEqual(APIS.filter((api) => !before.includes(api)));
  const { calls } = google.state;
  const firstAgent = calls.findIndex((line) => line.includes('generateServiceIdentity'));
  expect(calls.findLastIndex((line) => line.includes('batchEnable'))).toBeLessThan(firstAgent);
  expect(google.state.agents).toEqual(SERVICES_WITH_AGENTS);
});

test('20 at a time', async () => {
  const apis = Array.from('abcdefghijklmnopqrstuvwxy', (letter) => `api${letter}.googleapis.com`);
  const google = await open();
  expect(await google.enable({ apis })).toEqual(apis);
  expect(callsWith(google, 'batchEnable')).toBe(2);
  expect(google.said).toHaveLength(2);
});

test('called twice, it enables and says nothing', async () => {
  const google = await open();
  await google.enable();
  google.said.splice(0);
  google.pauses.splice(0);
  expect(await google.enable()).toEqual([]);
  expect(google.said).toEqual([]);
  expect(google.pauses).toEqual([]);
  expect(callsWith(google, 'batchEnable')).toBe(1);
  expect(google.state.agents).toEqual(SERVICES_WITH_AGENTS);
});

test('interrupted after the first call: the next time it goes on from there', async () => {
  const google = await open();
  google.failNext('GET serviceusage /v1/operations', 400, { error: { code: 400, message: 'gone' } });
  await expect(google.enable()).rejects.toThrow('gone');
  await google.enable();
  expect(APIS.filter((api) => !google.state.enabled.has(api))).toEqual([]);
});

test('the pauses between two looks grow, up to a limit', async () => {
  const google = await open();
  const enabling = google.enable({
    sleep: (ms) => {
      google.pauses.push(ms);
      if (google.pauses.length === 1) for (const one of google.state.operations.values()) one.pollsLeft = 5;
      return Promise.resolve();
    },
    apis: ['run.googleapis.com'],
  });
  await enabling;
  expect(google.pauses).toEqual([1000, 2000, 4000, 5000, 5000]);
});

test('an operation that does not end', async () => {
  const google = await open();
  let nowMs = 0;
  const endless = google.enable({
    sleep: (ms) => {
      nowMs += ms;
      for (const one of google.state.operations.values()) one.pollsLeft = 5;
      return Promise.resolve();
    },
    now: () => nowMs,
    apis: ['run.googleapis.com'],
  });
  await expect(endless).rejects.toThrow(
    'Google has not finished after 10 minutes (run.googleapis.com). Run `deploy` again: it goes on from here.',
  );
});

const REST = ['resourcemanager.projects.get', 'serviceusage.services.get', 'serviceusage.services.use'];

test.each<[string, GoogleOptions, string]>([
  [
    'the right to enable is missing',
    { permissions: [...REST, 'serviceusage.services.list'] },
    'You may not enable APIs in project my-project (serviceusage.services.enable, of roles/serviceusage.serviceUsageAdmin). Its owner runs: gcloud services enable run.googleapis.com --project my-project',
  ],
  [
    'no right at all to look',
    { permissions: REST },
    'You may not enable APIs in project my-project (serviceusage.services.list, of roles/serviceusage.serviceUsageAdmin). Its owner runs: gcloud services enable run.googleapis.com --project my-project',
  ],
  [
    'Service Usage itself is off',
    { enabled: [] },
    'The API serviceusage.googleapis.com is off in project my-project. Run: gcloud services enable serviceusage.googleapis.com --project my-project',
  ],
  [
    'no billing',
    { hasBilling: false },
    'Project my-project has no active billing account, and Google enables Compute Engine only with one. See: https://console.cloud.google.com/billing/linkedaccount?project=my-project',
  ],
  [
    'another project',
    { project: { id: 'other' } },
    'There is no project my-project, or you may not use it for calls (serviceusage.services.use). Its owner can give you the role. Run: gcloud projects add-iam-policy-binding my-project --member=user:EMAIL --role=roles/serviceusage.serviceUsageConsumer',
  ],
])('refused: %s', async (_why, options, sentence) => {
  const google = await open(options);
  await expect(google.enable({ apis: ['run.googleapis.com'] })).rejects.toMatchObject({
    ...{ name: 'ExpectedError', message: sentence, exitCode: 1 },
  });
});

test('an API that Google does not know', async () => {
  const google = await open();
  await expect(google.enable({ apis: ['run.example.com'] })).rejects.toThrow(
    /^Google did not enable run\.example\.com: Not found .* Try it with: gcloud services enable run\.example\.com --project my-project$/,
  );
});

test('an operation that ends with a failure', async () => {
  const google = await open();
  google.state.nextOperationError = { code: 9, message: 'The terms of service were not accepted.' };
  await expect(google.enable({ apis: ['run.googleapis.com'] })).rejects.toThrow(
    'Google did not enable run.googleapis.com: The terms of service were not accepted. Try it with: gcloud services enable run.googleapis.com --project my-project',
  );
});

test('a service that is not available for a moment', async () => {
  const google = await open();
  google.loseNext('batchEnable');
  await google.enable();
  expect(APIS.filter((api) => !google.state.enabled.has(api))).toEqual([]);
});
