// Removing a run: what the port promises, over the real library and the real wire, on our stand-in and on Google's emulator.
import { Timestamp, type Firestore } from '@google-cloud/firestore';
import { EVENTS, removedPath, runPath, type RemovedDocument } from '@mymlops/protocol';
import { onEveryFirestore } from '../emulators/firestore';
import { aCommit, RUN } from '../fakes/builders';
import { loadRun, openRunStore } from './run-store';
import { NAMES } from './stand-ins';
import { EMPTY_RUN, observeCommit } from '../../functions/src/engine/run/observe';

const OTHER = '20261121-100000-abce';
const state = observeCommit(EMPTY_RUN, aCommit(), '2026-11-21T10:00:00Z');
const tombstone: RemovedDocument = { v: 1, by: 'ada', at: 'now', expiresAt: new Date('2027-02-19T10:00:00Z') };

onEveryFirestore((local, connect) => {
  let writer: Firestore;
  beforeAll(() => void (writer = connect()));
  const countOf = async (path: string): Promise<number> => (await writer.collection(path).get()).size;

  test('what lies under a run goes, over pages; what lies under another stays', async () => {
    const runs = openRunStore(NAMES, local);
    const batch = writer.batch();
    for (let number = 0; number < 310; number++) {
      batch.create(writer.doc(`${runPath(RUN)}/${EVENTS}/e${number}`), { number });
    }
    batch.create(writer.doc(`${runPath(RUN)}/attempts/1`), { v: 1 });
    batch.create(writer.doc(`${runPath(OTHER)}/${EVENTS}/e1`), { v: 1 });
    await batch.commit();
    await runs.removeBelow(RUN);
    expect(await countOf(`${runPath(RUN)}/${EVENTS}`)).toBe(0);
    await runs.removeBelow(RUN);
    expect(await countOf(`${runPath(RUN)}/attempts`)).toBe(0);
    expect(await countOf(`${runPath(OTHER)}/${EVENTS}`)).toBe(1);
  });

  test('a document is removed exactly as it was read, and then cannot be created again', async () => {
    const runs = openRunStore(NAMES, local);
    await runs.create(RUN, state);
    const before = await loadRun(runs, RUN);
    await runs.update(before, { ...state, cancel: { by: 'ada', at: 'now' } });
    expect(await runs.remove(before, tombstone)).toBe(false);
    expect(await runs.isRemoved(RUN)).toBe(false);
    expect(await runs.remove(await loadRun(runs, RUN), tombstone)).toBe(true);
    expect(await runs.remove(before, tombstone)).toBe(false);
    expect([await runs.load(RUN), await runs.isRemoved(RUN)]).toEqual([undefined, true]);
    expect(await runs.create(RUN, state)).toBe('removed');
    expect(await runs.load(RUN)).toBeUndefined();
    expect(await runs.create(OTHER, state)).toBe('created');
  });

  test('the TTL policy finds a timestamp', async () => {
    const expiresAt: unknown = (await writer.doc(removedPath(RUN)).get()).get('expiresAt');
    expect(expiresAt).toEqual(Timestamp.fromDate(tombstone.expiresAt));
  });

  test('the mark of a removal is read back, and makes the run live', async () => {
    const runs = openRunStore(NAMES, local);
    const removing = { by: 'ada', at: 'now' };
    await runs.update(await loadRun(runs, OTHER), { ...state, cleanedAt: 'now', removing });
    expect((await loadRun(runs, OTHER)).state.removing).toEqual(removing);
    const live: string[] = [];
    for await (const { id } of runs.live()) live.push(id);
    expect(live).toEqual([OTHER]);
  });
});
