// Questions to the sweep function: first, whether it knows them.
import type { DeploymentSettings, SweepMessage } from '@mymlops/protocol';
import type { Deployment } from '../../../client/src/deployment/connect';
import { readSettings } from '../../../client/src/deployment/settings';
import { requestCheck, requestGpus } from '../../../client/src/deployment/sweeps';
import { aCommit } from '../../fakes/builders';
import { BUCKETS } from '../../fakes/buckets';

const { signal } = new AbortController();

/** The settings document as a deployment of that version has written it. */
const settingsOf = (version: string): DeploymentSettings => ({
  ...{ v: 1, region: 'europe-west4', buckets: { ...BUCKETS }, version, oldestClient: '0.1.0' },
  topics: { requests: 'mymlops-requests', events: 'mymlops-events', sweeps: 'mymlops-sweeps' },
});

function deploymentOf(version: string, project = 'my-project') {
  const published: SweepMessage[] = [];
  const names = { project, deployment: 'mymlops' };
  const answer = { v: 1, at: 'now', expiresAt: 'tomorrow' };
  const runs = {
    document: (path: string) => Promise.resolve(path === 'deployment/settings' ? settingsOf(version) : answer),
  };
  const deployment = {
    connection: { names },
    runs: () => Promise.resolve(runs),
    settings: () => readSettings({ names }, runs, '0.2.0'),
    bus: () => Promise.resolve({ publishSweep: (message: SweepMessage) => Promise.resolve(published.push(message)) }),
  } as unknown as Deployment;
  return { deployment, published };
}

const RUNS = [{ name: 'commit', request: aCommit() }];

test.each<[string, (deployment: Deployment) => Promise<unknown>]>([
  ['gpus', (deployment) => requestGpus(deployment, signal)],
  ['check', (deployment) => requestCheck(deployment, RUNS, signal)],
])(
  '%s: an older function would take it for a tick, and its user wait a minute: nothing is sent',
  async (_type, ask) => {
    const { deployment, published } = deploymentOf('0.1.0');
    await expect(ask(deployment)).rejects.toThrow(
      'Deployment "mymlops" has version 0.1.0, which does not answer this question: 0.2.0 is the first that does. Upgrade it: mymlops-client deploy --project my-project',
    );
    expect(published).toEqual([]);
  },
);

test('an older local cloud is stopped by its own line', async () => {
  const { deployment } = deploymentOf('0.1.3', 'local');
  await expect(requestGpus(deployment, signal)).rejects.toThrow('mymlops-client local down');
});

test.each(['0.2.0', '0.2.7', '0.3.0'])('a deployment of version %s gets the question, and answers', async (version) => {
  const { deployment, published } = deploymentOf(version);
  expect(await requestGpus(deployment, signal)).toEqual({ v: 1, at: 'now' });
  expect(await requestCheck(deployment, RUNS, signal)).toEqual({ v: 1, at: 'now' });
  expect(published).toEqual([
    { v: 1, type: 'gpus', id: expect.any(String) },
    { v: 1, type: 'check', id: expect.any(String), runs: RUNS },
  ]);
});
