// The document of an instance with every field that it can have, optional ones too: a new field does not type-check until it is here, and
// the tests of the bundle then look for it.
import type { InstanceDocument, InstanceReportState, Signal } from '@mymlops/protocol';
import { AT, type Complete, completeVm } from './complete-run';

export const UID = 'abc123';

const signal: Complete<Signal> = { says: 'idle', idleSeconds: 60, detail: 'kernel of a.ipynb' };
const signals = { kernels: signal, terminals: signal, ssh: signal, cpu: signal, gpu: signal, exec: signal };

const state: Complete<InstanceReportState> = {
  phase: 'serve',
  phases: { boot: AT, source: AT, setup: AT, start: AT, serve: AT },
  failure: { reason: 'setup-failed', message: 'a line of the setup' },
  services: { jupyter: { state: 'ready', restarts: 2 } },
  signals,
  answer: { proposal: 7, says: 'vetoed', signal: 'kernels' },
  alone: true,
  stopping: { preempted: true, at: AT },
};

const spec: Complete<NonNullable<InstanceDocument['spec']>> = {
  profile: 'gpu',
  machine: {
    ...{ machineType: 'g2-standard-4', zoneRegex: 'europe', provisioning: 'spot', image: 'family/f', snapshot: 'snap' },
    ...{ accelerator: { type: 'nvidia-l4', count: 1 }, disk: { sizeGb: 50, type: 'pd-balanced' } },
    serviceAccount: 'a@b.iam.gserviceaccount.com',
  },
  source: {
    ...{ tree: 'a'.repeat(40), commit: 'a'.repeat(40), parts: ['sources/a.bundle'] },
    origin: { branch: 'main', commit: 'a'.repeat(40), remote: 'https://token@example.com/a.git', dirty: 1 },
  },
  repository: {
    ...{ url: 'https://token@example.com/out.git', branch: 'main', author: { name: 'Me', email: 'me@example.com' } },
    ...{ safe: true, deployKey: 'deploy-key-a', knownHosts: 'host key' },
  },
  ...{ setup: 'pip install jupyterlab', setupSecrets: ['INDEX_KEY'], startCommand: './start.sh' },
  ...{ env: { NAME: 'value' }, secrets: ['API_KEY'], environment: { PATH: '/home/me/bin' } },
  services: [{ name: 'jupyter', command: 'jupyter lab', port: 8888, path: '/api', tokenVariable: 'JUPYTER_TOKEN' }],
  ...{ idleSeconds: 3600, softStopSeconds: 86_400, maxSeconds: 259_200 },
};

export const completeInstance: Complete<InstanceDocument> = {
  ...{ v: 1, status: 'stopped', reason: 'idle', message: 'a message', owner: 'me@example.com', profile: 'gpu' },
  ...{ startedAt: AT, stopsAt: AT, stoppedAt: AT, zone: 'europe-west4-a', machine: 'g2-standard-4', live: false },
  ...{ uid: UID, createdAt: AT, spec, started: 3, wait: { since: AT, seconds: 600 }, stopped: 3, current: 3 },
  ...{ vmCount: 1, givenUp: 0, until: { period: 3, at: AT } },
  stop: {
    ...{ period: 3, reason: 'idle', message: 'a message', at: AT, by: 'me@example.com', signals },
    verdict: { says: 'busy', signal: 'kernels', detail: 'a.ipynb' },
  },
  proposal: { period: 3, number: 7, at: AT, verdict: { says: 'idle', seconds: 3600 } },
  told: { period: 3, at: AT, stopsAt: AT, proposal: 7 },
  deletion: { by: 'me@example.com', at: AT },
  deletedAt: AT,
  earlier: ['def456'],
  vms: { 1: { ...completeVm(state), name: `mymlops-my-word-${UID}-1` } },
  capacity: {
    ...{ since: AT, waitedSeconds: 60, tried: ['europe-west4-a'], refusals: { project: 'quota' } },
    ...{ isForQuota: true, rounds: 2, notBefore: AT },
  },
  slots: { held: ['instances'], waiting: { pool: 'instances', since: AT } },
  removing: { by: 'me@example.com', at: AT },
};
