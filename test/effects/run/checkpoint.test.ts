// Which checkpoint the next attempt's VM gets.
import { checkpointsPrefix, commitRequest, parseWith } from '@mymlops/protocol';
import { newestCheckpoint } from '../../../functions/src/effects/run/checkpoint';
import { aCommit, anAttempt, at, RUN } from '../../fakes/builders';
import { fakeDeployment } from '../../fakes/deployment';
import { fakeGoogle } from '../../fakes/google';
import { aRun, stored } from '../task';

type Deployment = ReturnType<typeof fakeDeployment>;
const aStockout = { code: 'STOCKOUT', message: '', reason: 'no-capacity', scope: 'zone' } as const;
const OTHER = '20260101-000000-zzzz';
const manifest = (attempt: number, number: number, run = RUN): string =>
  `${checkpointsPrefix(run, attempt)}${String(number).padStart(6, '0')}`;

/** What the VM of the newest attempt was given. */
function told({ google }: Deployment): { checkpoint: string; decidedAt: string | undefined } {
  const items = [...google.vms.values()].at(-1)?.body.metadata.items ?? [];
  const valueOf = (key: string): string | undefined => items.find((item) => item.key === key)?.value;
  const checkpoint = Buffer.from(valueOf('mymlops-checkpoint-64') ?? '', 'base64').toString();
  return { checkpoint, decidedAt: valueOf('mymlops-decided-at') };
}

async function preempt(deployment: Deployment): Promise<void> {
  deployment.google.vms.clear();
  deployment.google.disks.clear();
  await deployment.sweep();
}

test('the first attempt begins with none, and knows when it was decided', async () => {
  const deployment = fakeDeployment();
  await deployment.publish(aCommit());
  const decidedMs = Date.parse(deployment.state().attempts[1]?.vm.periods[1]?.start.at ?? '');
  expect(told(deployment)).toEqual({ checkpoint: '', decidedAt: String(Math.floor(decidedMs / 1000)) });
});

test('the next one begins with the newest that is whole', async () => {
  const deployment = fakeDeployment();
  await deployment.publish(aCommit());
  deployment.google.objects.set(manifest(1, 2), '');
  deployment.google.objects.set(manifest(1, 10), '');
  deployment.google.objects.set(`runs/${RUN}/attempts/1/checkpoints/data/${'a'.repeat(64)}`, 'torn');
  await preempt(deployment);
  expect(told(deployment).checkpoint).toBe(manifest(1, 10));
  expect(deployment.state().attempts[2]?.checkpoint).toBe(manifest(1, 10));
});

test('an attempt that saved none leaves the one before it', async () => {
  const deployment = fakeDeployment();
  await deployment.publish(aCommit());
  deployment.google.objects.set(manifest(1, 1), '');
  await preempt(deployment);
  await preempt(deployment);
  expect(deployment.state().attempts[3]?.checkpoint).toBe(manifest(1, 1));
});

describe('of many attempts', () => {
  const withAttempts = (numbers: number[], vm: Parameters<typeof anAttempt>[0]) =>
    stored(aRun(Object.fromEntries(numbers.map((number) => [number, anAttempt(vm)]))));
  const existed = { start: { settledAt: at(1) } };

  test('the newest that saved one counts: ten comes after nine', async () => {
    const google = fakeGoogle();
    for (const attempt of [2, 9, 10]) google.objects.set(manifest(attempt, 1), '');
    const newest = await newestCheckpoint(withAttempts([2, 9, 10, 11], existed), aCommit(), google.context);
    expect(newest).toBe(manifest(10, 1));
  });

  test('those that never had a VM are not looked through', async () => {
    const google = fakeGoogle();
    let looks = 0;
    google.calls.before = () => void looks++;
    const failed = { start: { settledAt: at(1), failure: aStockout } };
    expect(await newestCheckpoint(withAttempts([1, 2, 3], failed), aCommit(), google.context)).toBeUndefined();
    expect(looks).toBe(0);
  });
});

test('a run that resumes another begins with its checkpoint, until it has one of its own', async () => {
  const deployment = fakeDeployment();
  await deployment.publish(aCommit({ retryOf: OTHER, resumeFrom: manifest(2, 7, OTHER) }));
  expect(told(deployment).checkpoint).toBe(manifest(2, 7, OTHER));
  deployment.google.objects.set(manifest(1, 1), '');
  await preempt(deployment);
  expect(told(deployment).checkpoint).toBe(manifest(1, 1));
});

test.each([
  ['without the run that is retried', { resumeFrom: manifest(1, 1, OTHER) }],
  ['of another run', { retryOf: OTHER, resumeFrom: manifest(1, 1) }],
  ['that is not a manifest', { retryOf: OTHER, resumeFrom: `runs/${OTHER}/attempts/1/outcome.json` }],
  ['that leaves its run', { retryOf: OTHER, resumeFrom: `runs/${OTHER}/../x/attempts/1/checkpoints/manifests/000001` }],
])('a checkpoint %s is not taken', (_name, fields) => {
  expect(parseWith(commitRequest, { ...aCommit(), ...fields })).toMatchObject({ ok: false });
});
