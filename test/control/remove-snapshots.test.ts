// Snapshots leave the bucket when no document names them: the sweep asks the request function.
import { sourceObject } from '@mymlops/protocol';
import { aCommit, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';

type Deployment = ReturnType<typeof fakeDeployment>;

const remove = { v: 1, type: 'remove', run: RUN, by: 'ada', at: '2026-11-21T12:00:00.000Z' };
const DAY_MS = 24 * 3600_000;

function put({ google }: Deployment, object: string, daysAgo: number): void {
  google.objects.set(object, 'a bundle');
  google.writtenAt.set(object, new Date(google.nowMs - daysAgo * DAY_MS).toISOString());
}

const snapshotsOf = ({ google }: Deployment): string[] =>
  [...google.objects.keys()].filter((object) => object.startsWith('sources/')).toSorted();

/** The sweep asks once an hour, and the request function goes through all pages. */
async function wholeRound(deployment: Deployment): Promise<void> {
  deployment.google.nowMs += 3600_000;
  await deployment.sweep();
}

/** A run that succeeded and whose VM is gone. */
async function ended(request = aCommit()): Promise<Deployment> {
  const deployment = fakeDeployment();
  await deployment.publish(request);
  await deployment.report(1, { phase: 'execute' });
  await deployment.finish(2);
  return deployment;
}

test('the snapshot of a run that is kept stays, however old it is; it goes with the last run that names it', async () => {
  const deployment = await ended();
  const object = sourceObject(aCommit().source.tree);
  put(deployment, object, 400);
  await wholeRound(deployment);
  expect(snapshotsOf(deployment)).toEqual([object]);
  await deployment.publish(remove);
  await wholeRound(deployment);
  expect(snapshotsOf(deployment)).toEqual([]);
});

test('a snapshot of several objects keeps each of them', async () => {
  const parts = ['sources/aa.bundle', 'sources/bb.cc.bundle'];
  const deployment = await ended(aCommit({ source: { ...aCommit().source, parts } }));
  for (const object of [...parts, sourceObject(aCommit().source.tree)]) put(deployment, object, 9);
  await wholeRound(deployment);
  expect(snapshotsOf(deployment)).toEqual(parts);
});

test('one whose request may be on its way stays', async () => {
  const deployment = fakeDeployment();
  put(deployment, 'sources/a1.bundle', 7);
  put(deployment, 'sources/b1.bundle', 9);
  await wholeRound(deployment);
  expect(snapshotsOf(deployment)).toEqual(['sources/a1.bundle']);
});

test('a round of several pages looks at each once, and in an hour once', async () => {
  const deployment = fakeDeployment();
  for (let number = 1000; number < 1250; number++) put(deployment, `sources/${number}.bundle`, number < 1249 ? 1 : 9);
  let lists = 0;
  deployment.google.calls.before = (name) => void (lists += name === 'snapshots.list' ? 1 : 0);
  await wholeRound(deployment);
  expect(lists).toBe(3);
  expect(snapshotsOf(deployment)).toHaveLength(249);
  await deployment.sweep();
  expect(lists).toBe(3);
  await wholeRound(deployment);
  expect(lists).toBe(6);
});

test('a failed call holds up no other snapshot, and the next round comes to it again', async () => {
  const deployment = fakeDeployment();
  for (const object of ['sources/a1.bundle', 'sources/b1.bundle']) put(deployment, object, 9);
  const { calls } = deployment.google;
  calls.before = (name) => {
    if (name !== 'runs.isNamed') return;
    calls.before = () => {};
    throw new Error('503');
  };
  await wholeRound(deployment);
  expect(snapshotsOf(deployment)).toEqual(['sources/a1.bundle']);
  await wholeRound(deployment);
  expect(snapshotsOf(deployment)).toEqual([]);
});

test('a question that could not be sent is sent by the next sweep', async () => {
  const deployment = fakeDeployment();
  put(deployment, 'sources/a1.bundle', 9);
  const { calls } = deployment.google;
  calls.before = (name) => {
    if (name === 'bus.ask') throw new Error('503');
  };
  await expect(deployment.sweep()).rejects.toThrow('snapshots: 503');
  calls.before = () => {};
  await deployment.sweep();
  expect(snapshotsOf(deployment)).toEqual([]);
});

test('one that was sent again after the function had listed it stays', async () => {
  const deployment = fakeDeployment();
  put(deployment, 'sources/a1.bundle', 9);
  deployment.google.calls.after = (name) => {
    if (name === 'runs.isNamed') put(deployment, 'sources/a1.bundle', 0);
  };
  await wholeRound(deployment);
  expect(snapshotsOf(deployment)).toEqual(['sources/a1.bundle']);
});
