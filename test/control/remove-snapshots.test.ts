// Snapshots leave the bucket when no document has named them for days: the sweep asks the request function.
import { sourceObject } from '@mymlops/protocol';
import { aCommit, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';

type Deployment = ReturnType<typeof fakeDeployment>;

const remove = { v: 1, type: 'remove', run: RUN, by: 'ada', at: '2026-11-21T12:00:00.000Z' };
const DAY_MS = 24 * 3600_000;
const OBJECT = sourceObject(aCommit().source.tree);
const A = 'sources/a1.bundle';
const B = 'sources/b1.bundle';

function put({ google }: Deployment, ...objects: string[]): void {
  for (const object of objects) {
    google.objects.set(object, 'a bundle');
    google.writtenAt.set(object, new Date(google.nowMs).toISOString());
  }
}

const snapshotsOf = ({ google }: Deployment): string[] =>
  [...google.objects.keys()].filter((object) => object.startsWith('sources/')).toSorted();

/** The sweep asks once a day, and the request function goes through all pages. */
async function days(deployment: Deployment, count: number): Promise<void> {
  for (let day = 0; day < count; day++) {
    deployment.google.nowMs += DAY_MS;
    await deployment.sweep();
  }
}

/** A deployment that has been there before any snapshot. */
async function deploymentWith(...objects: string[]): Promise<Deployment> {
  const deployment = fakeDeployment();
  await deployment.sweep();
  put(deployment, ...objects);
  return deployment;
}

/** A run that succeeded and whose VM is gone. */
async function end(deployment: Deployment, request = aCommit()): Promise<void> {
  await deployment.publish(request);
  await deployment.report(1, { phase: 'execute' });
  await deployment.finish(2);
}

test('the snapshot of a run that is kept stays, however old it is; it goes days after the last run that names it', async () => {
  const deployment = await deploymentWith(OBJECT);
  await end(deployment);
  await days(deployment, 40);
  expect(snapshotsOf(deployment)).toEqual([OBJECT]);
  await deployment.publish(remove);
  await days(deployment, 9);
  expect(snapshotsOf(deployment)).toEqual([OBJECT]);
  await days(deployment, 2);
  expect(snapshotsOf(deployment)).toEqual([]);
  expect([...deployment.google.snapshotCandidates.keys()]).toEqual([]);
});

test('a snapshot of several objects keeps each of them', async () => {
  const parts = [A, 'sources/bb.cc.bundle'];
  const deployment = await deploymentWith(...parts, OBJECT);
  await end(deployment, aCommit({ source: { ...aCommit().source, parts } }));
  await days(deployment, 12);
  expect(snapshotsOf(deployment)).toEqual(parts);
});

test('one whose commit arrives a week later is named again', async () => {
  const deployment = await deploymentWith(OBJECT);
  await days(deployment, 8);
  expect(deployment.google.snapshotCandidates.size).toBe(1);
  await end(deployment);
  await days(deployment, 12);
  expect(snapshotsOf(deployment)).toEqual([OBJECT]);
  expect(deployment.google.snapshotCandidates.size).toBe(0);
});

test('after an upgrade the snapshots of all earlier runs were deleted, which do not name them', async () => {
  const deployment = fakeDeployment();
  put(deployment, OBJECT);
  await end(deployment);
  const document = deployment.google.documents.get(RUN);
  if (!document) throw new Error('no run');
  const { snapshot: _, ...summary } = document.summary;
  deployment.google.documents.set(RUN, { ...document, summary });
  deployment.google.nowMs += DAY_MS;
  await days(deployment, 30);
  expect(snapshotsOf(deployment)).toEqual([OBJECT]);
});

test('after a downgrade, in which runs did not name theirs, what lies there by then stays', async () => {
  const deployment = await deploymentWith(A);
  await days(deployment, 3);
  const last = deployment.google.sweeps.at(-1);
  deployment.google.sweeps.push({ ...last, snapshots: undefined } as never); // as the earlier version writes it
  await days(deployment, 30);
  expect(snapshotsOf(deployment)).toEqual([A]);
});

test('a round of several pages looks at each once, and in a day once', async () => {
  const deployment = await deploymentWith(
    ...Array.from({ length: 250 }, (_, number) => `sources/${1000 + number}.bundle`),
  );
  let lists = 0;
  deployment.google.calls.before = (name) => void (lists += name === 'snapshots.list' ? 1 : 0);
  await days(deployment, 1);
  expect(lists).toBe(3);
  expect(deployment.google.snapshotCandidates.size).toBe(250);
  await deployment.sweep();
  expect(lists).toBe(3);
  await days(deployment, 1);
  expect(lists).toBe(6);
});

test('an object of somebody else stays, and ends no round', async () => {
  const kept = Array.from({ length: 99 }, (_, number) => `sources/0${String(number).padStart(2, '0')}.bundle`);
  const deployment = await deploymentWith(...kept, 'sources/1_notes.txt', B);
  await days(deployment, 12);
  expect(snapshotsOf(deployment)).toEqual(['sources/1_notes.txt']);
});

test('a failed call holds up no other snapshot, and the next round comes to it again', async () => {
  const deployment = await deploymentWith(A, B);
  await days(deployment, 9);
  const { calls } = deployment.google;
  calls.before = (name) => {
    if (name !== 'snapshots.remove') return;
    calls.before = () => {};
    throw new Error('503');
  };
  await days(deployment, 1);
  expect(snapshotsOf(deployment)).toEqual([A]);
  await days(deployment, 1);
  expect(snapshotsOf(deployment)).toEqual([]);
});

test('a question that could not be sent is sent by the next sweep', async () => {
  const deployment = await deploymentWith(A);
  const { calls } = deployment.google;
  calls.before = (name) => {
    if (name === 'bus.ask') throw new Error('503');
  };
  await expect(days(deployment, 1)).rejects.toThrow('snapshots: 503');
  calls.before = () => {};
  await deployment.sweep();
  expect(deployment.google.snapshotCandidates.size).toBe(1);
});

test('one that was sent again stays: its mark says nothing of it', async () => {
  const deployment = await deploymentWith(A);
  await days(deployment, 9);
  put(deployment, A);
  await days(deployment, 9);
  expect(snapshotsOf(deployment)).toEqual([A]);
});

test('one that was sent again after the function had listed it stays', async () => {
  const deployment = await deploymentWith(A);
  await days(deployment, 9);
  deployment.google.calls.after = (name) => {
    if (name === 'runs.isNamed') put(deployment, A);
  };
  await days(deployment, 1);
  expect(snapshotsOf(deployment)).toEqual([A]);
});
