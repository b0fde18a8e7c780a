// `validate --remote` against a deployment on Google: the client's own question, answered by the sweep function on a Compute Engine
// in memory. examples/gpu is what it checks.
import { resolve } from 'node:path';
import type { CommitRequest, SweepMessage } from '@mymlops/protocol';
import type { Deployment } from '../../../../client/src/deployment/connect';
import { requireProjectConfig } from '../../../../client/src/config/project-config';
import { commitSettings } from '../../../../client/src/runs/commit/settings';
import { requestsOf } from '../../../../client/src/runs/commit/requests';
import { sharedSettings } from '../../../../client/src/runs/commit/shared-settings';
import { checkWith, type CheckableRun } from '../../../../client/src/runs/check/check-remotely';
import { handleSweep } from '../../../../functions/src/handlers/sweep';
import { aMessage } from '../../../fakes/builders';
import { fakeGoogle } from '../../../fakes/google';
import { testContext } from '../../context';

const EXAMPLE = requireProjectConfig(resolve(__dirname, '../../../../examples/gpu'), {});
const SOURCE = { tree: '0'.repeat(40), commit: '0'.repeat(40) };

/** Compute Engine with an L4 in three regions, of which one has quota. */
function aCloud() {
  const google = fakeGoogle();
  const zones = ['europe-west4-a', 'us-central1-a', 'us-central1-b', 'us-east1-d'];
  google.zones = [...zones, 'europe-west1-b'];
  const l4 = (limit: number) => [{ metric: 'NVIDIA_L4_GPUS', limit, usage: 0 }];
  google.offers = {
    accelerators: { 'nvidia-l4': { most: 8, zones } },
    machineTypes: {
      'g2-standard-8': { vcpus: 8, memoryMb: 32768, gpus: [{ type: 'nvidia-l4', count: 1 }], zones },
      'g2-standard-4': { vcpus: 4, memoryMb: 16384, gpus: [{ type: 'nvidia-l4', count: 1 }], zones },
    },
    unlisted: [],
    bootSources: { 'projects/p/global/images/family/gpu': true },
    quotas: {
      ofProject: [{ metric: 'GPUS_ALL_REGIONS', limit: 1, usage: 0 }],
      ofRegions: [
        { region: 'europe-west4', quotas: l4(1) },
        { region: 'us-central1', quotas: l4(0) },
        { region: 'us-east1', quotas: l4(0) },
      ],
    },
  };
  google.context.settings.region = 'europe-west4';
  return google;
}

async function check(
  google = aCloud(),
  change: (run: CheckableRun) => CheckableRun = (run) => run,
  onAsked: (text: string) => void = () => undefined,
  { names = ['commit'], stored }: { names?: string[]; stored?: string[] } = {},
) {
  const context = testContext();
  const { config, target } = commitSettings(context, EXAMPLE, undefined);
  const shared = sharedSettings(EXAMPLE, config, { parameters: {}, profile: undefined });
  const plan = { config, target, shared, notebooks: [{ path: 'notebooks/matrices.ipynb', codeCells: 1 }] };
  const [request] = requestsOf(context, plan, { source: SOURCE, randomInt: () => 0 }) as [CommitRequest];
  const document = (path: string) => Promise.resolve(google.answers.get(path.replace('sweeps/answer-', '')) ?? null);
  const bucket = { name: 'b', mayUpload: () => Promise.resolve(true) };
  const deployment = {
    connection: { names: target },
    settings: () => Promise.resolve({ version: '0.2.0' }),
    runs: () => Promise.resolve({ document }),
    bus: () =>
      Promise.resolve({
        publishSweep(message: SweepMessage) {
          // As Pub/Sub carries it: without undefined fields.
          const text = JSON.stringify(message);
          onAsked(text);
          return handleSweep(aMessage(JSON.parse(text) as object), google.context);
        },
      }),
    buckets: () => Promise.resolve({ results: bucket, live: bucket }),
    secrets: () =>
      stored === undefined
        ? Promise.reject(new Error('needs no secret'))
        : Promise.resolve({ list: () => Promise.resolve(stored.map((id) => ({ id, createTime: '' }))) }),
  } as unknown as Deployment;
  return checkWith(deployment, context, {
    project: EXAMPLE,
    target,
    runs: names.map((name) => change({ name, config, request })),
  });
}

test('the example fits: its zones, and no finding', async () => {
  expect(await check()).toEqual({
    findings: [],
    runs: [
      {
        ...{ name: 'commit', machineType: 'g2-standard-8' },
        zones: ['europe-west4-a', 'us-central1-a', 'us-central1-b', 'us-east1-d'],
      },
    ],
  });
});

test('no GPU may run in the project', async () => {
  const google = aCloud();
  google.offers.quotas.ofProject = [{ metric: 'GPUS_ALL_REGIONS', limit: 0, usage: 0 }];
  expect((await check(google)).findings).toEqual([
    expect.objectContaining({
      ...{ severity: 'error', subject: 'commit' },
      problem: "needs 1 of the project's quota GPUS_ALL_REGIONS, whose limit is 0",
    }),
  ]);
});

test('a deployment that does not allow the machine type', async () => {
  const google = aCloud();
  google.context.settings.limits = { ...google.context.settings.limits, machineTypes: ['e2-*'] };
  const { findings } = await check(google);
  expect(findings.map(({ problem, remedy }) => [problem, remedy])).toEqual([
    [
      'would be refused',
      expect.stringContaining('This deployment has no VMs of machine type g2-standard-8. It has e2-*'),
    ],
  ]);
});

test('the smaller machine type has less memory than its GPU', async () => {
  const smaller = (run: CheckableRun): CheckableRun => ({
    ...run,
    request: { ...run.request, machine: { ...run.request.machine, machineType: 'g2-standard-4' } },
  });
  const { findings } = await check(aCloud(), smaller);
  expect(findings.map(({ severity }) => severity)).toEqual(['warning']);
});

test('a secret that is not stored made a finding for each profile', async () => {
  const names = ['commit', 'profile big', 'profile small'];
  const both = (run: CheckableRun): CheckableRun => ({
    ...run,
    config: { ...run.config, secrets: ['B'], setup_secrets: run.name === 'commit' ? [] : ['C'] },
  });
  const { findings } = await check(aCloud(), both, undefined, { names, stored: [] });
  expect(findings.map(({ subject, problem }) => [subject, problem])).toEqual([
    ['commit', 'names the secret B, which is not stored'],
    ['profile big', 'names the secret C, which is not stored'],
  ]);
});

test('a deploy key that is not stored makes one finding, too', async () => {
  const names = ['commit', 'profile big'];
  const withOutput = (run: CheckableRun): CheckableRun => ({
    ...run,
    config: {
      ...run.config,
      output_repository: { url: 'git@example.com:me/results.git', branch: 'main', deploy_key: 'no-such-key' },
    },
  });
  const { findings } = await check(aCloud(), withOutput, undefined, { names, stored: [] });
  expect(findings.map(({ subject, problem }) => [subject, problem])).toEqual([
    ['commit', 'has no deploy key for its results'],
  ]);
});

test('neither variables nor secrets nor setup travel with the question', async () => {
  const asked: string[] = [];
  const long = (run: CheckableRun): CheckableRun => ({
    ...run,
    request: { ...run.request, env: { A: 'a value' }, secrets: ['B'], setup: 'x'.repeat(100_000) },
  });
  expect((await check(aCloud(), long, (text) => void asked.push(text))).findings).toEqual([]);
  expect(asked.map((text) => text.length < 2000 && !/a value|"B"|xxx/.test(text))).toEqual([true]);
});
