// One change of a document that others write at the same time.
import { change } from '../../functions/src/control/change';
import { runKind } from '../../functions/src/engine/run/kind';
import { BUCKETS } from '../fakes/buckets';
import { aCommit, RUN } from '../fakes/builders';
import { fakeGoogle, type FakeGoogle } from '../fakes/google';
import { aRun } from '../effects/task';
import { replaceInStore } from './store';

const AT = '2026-11-21T10:00:00.000Z';
const cancelled = (by: string) => ({ ...aRun(), cancel: { by, at: AT } });
const AUDIT = {
  id: 'e1',
  document: { v: 1, attempt: 1, writer: 'agent', boot: 'b', seq: 1, sentAt: AT, receivedAt: AT, state: {} },
} as never;

async function withRun(google: FakeGoogle, state = aRun()): Promise<void> {
  await google.context.documents(runKind.documents).create(RUN, state, runKind.summarize(state, { buckets: BUCKETS }));
}

test('a document that is made is returned as it was written', async () => {
  const google = fakeGoogle();
  const state = await change(runKind, RUN, { next: () => cancelled('ada') }, google.context);
  expect(state).toEqual(cancelled('ada'));
  expect(google.documents.get(RUN)?.state).toEqual(state);
});

test('another write came first: the change is made on what it left', async () => {
  const google = fakeGoogle();
  await withRun(google);
  let hasWritten = false;
  google.calls.before = (name) => {
    const kept = google.documents.get(RUN);
    if (name !== 'runs.update' || hasWritten || !kept) return;
    hasWritten = true;
    google.documents.set(RUN, { ...kept, state: cancelled('ada'), version: kept.version + 1 });
  };
  const next = (state = aRun()) => ({ ...state, acceptedAt: 'later' });
  const state = await change(runKind, RUN, { next }, google.context);
  expect(state).toMatchObject({ cancel: { by: 'ada' }, acceptedAt: 'later' });
  expect(google.documents.get(RUN)?.state).toEqual(state);
});

test('two that make the same document at once: the second changes what the first has made', async () => {
  const google = fakeGoogle();
  let hasMade = false;
  replaceInStore(google, (store) => ({
    async create(id, state, summary) {
      if (!hasMade) await store.create(id, cancelled('ada'), summary);
      hasMade = true;
      return store.create(id, state, summary);
    },
  }));
  const next = (state = aRun()) => ({ ...state, acceptedAt: 'later' });
  expect(await change(runKind, RUN, { next }, google.context)).toMatchObject({ cancel: { by: 'ada' } });
});

test('a document that was removed is not made again', async () => {
  const google = fakeGoogle();
  google.removed.set(RUN, { v: 1, by: 'ada', at: AT, expiresAt: new Date() });
  expect(await change(runKind, RUN, { next: (state) => state ?? aRun() }, google.context)).toBeUndefined();
  expect(google.documents.size).toBe(0);
});

test('a document that is being removed stays as it is, and gets no audit', async () => {
  const google = fakeGoogle();
  await withRun(google, { ...aRun(), removing: { by: 'ada', at: AT } });
  const version = google.documents.get(RUN)?.version;
  const state = await change(runKind, RUN, { next: () => cancelled('bob'), audit: AUDIT }, google.context);
  expect(state).not.toHaveProperty('cancel');
  expect([google.documents.get(RUN)?.version, google.events.size]).toEqual([version, 0]);
});

test('a change that changes nothing is not written, but its audit is', async () => {
  const google = fakeGoogle();
  await withRun(google);
  const calls: string[] = [];
  google.calls.before = (name) => void calls.push(name);
  await change(runKind, RUN, { next: (state) => state }, google.context);
  expect(calls).toEqual(['runs.load']);
  await change(runKind, RUN, { next: (state) => state, audit: AUDIT }, google.context);
  expect(google.events.size).toBe(1);
});

test('what is not to be made is not made', async () => {
  const google = fakeGoogle();
  expect(await change(runKind, RUN, { next: () => undefined }, google.context)).toBeUndefined();
  expect(google.documents.size).toBe(0);
});

test('a document that never stands still is an error in the end, for another delivery', async () => {
  const google = fakeGoogle();
  await withRun(google);
  let tries = 0;
  replaceInStore(google, () => ({
    update: () => {
      tries += 1;
      return Promise.resolve(false);
    },
  }));
  const next = () => ({ ...aRun(), request: aCommit() });
  await expect(change(runKind, RUN, { next }, google.context)).rejects.toThrow('faster than it can be changed');
  expect(tries).toBe(20);
});
