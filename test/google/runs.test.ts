// The functions' adapter for Firestore: what the port promises, over the real library and the real wire, on our stand-in
// and on Google's emulator.
import { Timestamp } from '@google-cloud/firestore';
import { EVENT_DAYS, EVENTS, runPath, type SlotPool } from '@mymlops/protocol';
import { onEveryFirestore } from '../emulators/firestore';
import { aCommit, aRef, parsedReport, RUN } from '../fakes/builders';
import { toyKind } from '../fakes/toy-kind';
import { openDatabase } from '../../functions/src/google/database';
import { openDocumentStores } from '../../functions/src/google/documents';
import { openProbes } from '../../functions/src/google/probes';
import { openSlotPools } from '../../functions/src/google/slots';
import { loadRun, openRunStore } from './run-store';
import { NAMES } from './stand-ins';
import { EMPTY_RUN, observeCommit } from '../../functions/src/engine/run/observe';

const poolOf = (...ids: string[]): SlotPool => ({ v: 1, max: 2, holders: ids.map((id) => aRef(id)), queue: [] });

onEveryFirestore((endpoints, connect) => {
  const state = observeCommit(EMPTY_RUN, aCommit(), '2026-11-21T10:00:00Z');

  test('create once, load, write over exactly what was loaded', async () => {
    const runs = openRunStore(NAMES, endpoints);
    expect(await runs.load(RUN)).toBeUndefined();
    expect(await runs.create(RUN, state)).toBe('created');
    expect(await runs.create(RUN, state)).toBe('exists');
    const stored = await runs.load(RUN);
    if (!stored) throw new Error('just created');
    expect(stored.state).toEqual(state);
    expect(await runs.update(stored, { ...state, cancel: { by: 'ada', at: 'now' } })).toBe(true);
    expect(await runs.update(stored, { ...state, cancel: { by: 'bob', at: 'now' } })).toBe(false);
    expect((await runs.load(RUN))?.state.cancel?.by).toBe('ada');
  });

  test('a run names the objects of its snapshot, until it is removed', async () => {
    const runs = openRunStore(NAMES, endpoints);
    const { source } = aCommit();
    const run = '20261121-100000-snap';
    const parts = ['sources/00.bundle', 'sources/00.11.bundle'];
    await runs.create(
      run,
      observeCommit(EMPTY_RUN, aCommit({ run, source: { ...source, parts } }), '2026-11-21T10:00:00Z'),
    );
    for (const object of parts) expect(await runs.isNamed(object)).toBe(true);
    expect(await runs.isNamed('sources/00.22.bundle')).toBe(false);
    const tombstone = { v: 1 as const, by: 'ada', at: '2026-11-21T10:00:00Z', expiresAt: new Date() };
    expect(await runs.remove(await loadRun(runs, run), tombstone)).toBe(true);
    for (const object of parts) expect(await runs.isNamed(object)).toBe(false);
  });

  test('an audit document comes with the run, once, and a second one does not stop the write', async () => {
    const runs = openRunStore(NAMES, endpoints);
    const { v, attempt, writer, boot, seq, sentAt, state: said } = parsedReport();
    const receivedAt = '2026-11-21T10:00:12.000Z';
    const audit = { id: 'e1', document: { v, attempt, writer, boot, seq, sentAt, receivedAt, state: said } };
    for (const by of ['one', 'two']) {
      const stored = await runs.load(RUN);
      if (!stored) throw new Error('no run');
      expect(await runs.update(stored, { ...stored.state, cancel: { by, at: 'now' } }, { audit })).toBe(true);
    }
    expect((await runs.load(RUN))?.state.cancel?.by).toBe('two');
    // A timestamp, which alone a TTL policy looks at, counted from Pub/Sub's clock, not from the VM's.
    const stored = await connect()
      .doc(`${runPath(RUN)}/${EVENTS}/e1`)
      .get();
    const expiresAt = Timestamp.fromMillis(Date.parse(audit.document.receivedAt) + EVENT_DAYS * 86_400_000);
    expect(stored.data()).toEqual({ ...audit.document, expiresAt });
  });

  test('live lists what is live, over pages', async () => {
    const runs = openRunStore(NAMES, endpoints);
    const ids = Array.from({ length: 310 }, (_, index) => `20260101-000000-${String(index).padStart(4, '0')}`);
    await Promise.all(ids.map((id) => runs.create(id, observeCommit(EMPTY_RUN, aCommit({ run: id }), 'now'))));
    await runs.create('20260102-000000-aaaa', { ...state, cleanedAt: 'now' });
    const live: string[] = [];
    for await (const stored of runs.live()) {
      if (stored.id === RUN) expect(stored).toEqual(await loadRun(runs, RUN));
      live.push(stored.id);
    }
    expect(live.toSorted()).toEqual([...ids, RUN].toSorted());
  });

  test('fields that no longer hold are removed from the document', async () => {
    const runs = openRunStore(NAMES, endpoints);
    const stored = await runs.load(RUN);
    if (!stored) throw new Error('no run');
    await runs.update(stored, { ...stored.state, end: { status: 'failed', reason: 'lost', message: 'm', at: 'now' } });
    const ended = await runs.load(RUN);
    expect(ended?.state.end?.reason).toBe('lost');
  });

  test('a field that is gone from a map is gone from the document, however deep it lay', async () => {
    const runs = openRunStore(NAMES, endpoints);
    const run = '20260103-000000-aaaa';
    await runs.create(run, { ...state, cancel: { by: 'ada', at: 'now' } });
    const cancelled = await loadRun(runs, run);
    const { cancel: _dropped, ...rest } = cancelled.state;
    expect(await runs.update(cancelled, { ...rest, request: aCommit({ run, parameters: { lr: '1' } }) })).toBe(true);
    const replaced = await loadRun(runs, run);
    expect(
      await runs.update(replaced, { ...replaced.state, request: aCommit({ run, parameters: { seed: '2' } }) }),
    ).toBe(true);
    expect((await loadRun(runs, run)).state.request?.parameters).toEqual({ seed: '2' });
  });

  test('the fields of a state that no longer holds are deleted', async () => {
    const runs = openRunStore(NAMES, endpoints);
    const [run, reference] = ['20260104-000000-aaaa', connect().doc(runPath('20260104-000000-aaaa'))];
    await runs.create(run, state);
    await reference.update({ phase: 'execute', zone: 'z', slots: ['a'] });
    await runs.update(await loadRun(runs, run), state);
    expect(Object.keys((await reference.get()).data() ?? {})).not.toEqual(expect.arrayContaining(['phase']));
    expect((await reference.get()).get('slots')).toBeUndefined();
  });

  test('what a write does not change stays, also where it can go away', async () => {
    const runs = openRunStore(NAMES, endpoints);
    const run = '20260109-000000-aaaa';
    const seated = { ...state, slots: { held: ['deployment'] }, archive: { zones: {}, archived: 1 } };
    await runs.create(run, seated);
    const stored = await loadRun(runs, run);
    const cancel = { by: 'ada', at: 'now' };
    expect(await runs.update(stored, { ...stored.state, cancel })).toBe(true);
    expect((await loadRun(runs, run)).state).toEqual({ ...seated, cancel });
  });

  test('a run and two slot pools: all of them, or none', async () => {
    const runs = openRunStore(NAMES, endpoints);
    const slots = openSlotPools(openDatabase(NAMES, endpoints));
    const run = '20260105-000000-aaaa';
    await runs.create(run, state);
    const [one, two] = [await slots.load('one'), await slots.load('two')];
    expect(one).toEqual({ name: 'one' });
    const pools = [one, two].map((stored) => ({ stored, pool: poolOf(run) }));
    expect(await runs.update(await loadRun(runs, run), state, { pools })).toBe(true);
    expect((await slots.all()).map(({ name }) => name)).toEqual(['one', 'two']);
    // Made meanwhile; changed meanwhile; the run changed meanwhile.
    expect(await runs.update(await loadRun(runs, run), state, { pools })).toBe(false);
    const again = [await slots.load('one'), await slots.load('two')];
    expect(await slots.write({ stored: again[1] ?? one, pool: poolOf() })).toBe(true);
    const stale = again.map((stored) => ({ stored, pool: poolOf('nobody') }));
    expect(await runs.update(await loadRun(runs, run), state, { pools: stale })).toBe(false);
    expect(await slots.write(stale[1] ?? { stored: one, pool: poolOf() })).toBe(false);
    expect((await slots.load('one')).pool).toEqual(poolOf(run));
    expect((await slots.load('two')).pool).toEqual(poolOf());
    expect(await slots.write({ stored: two, pool: poolOf('late') })).toBe(false);
  });

  test('a write that changes nothing leaves the version, so that what was read before it may still be written over', async () => {
    const runs = openRunStore(NAMES, endpoints);
    const run = '20260108-000000-aaaa';
    await runs.create(run, state);
    const stored = await loadRun(runs, run);
    expect(await runs.update(stored, state)).toBe(true);
    expect((await loadRun(runs, run)).version).toBe(stored.version);
    expect(await runs.update(stored, { ...state, cleanedAt: 'now' })).toBe(true);
    expect(await runs.update(stored, state)).toBe(false);
  });

  test('an update of a missing document does nothing; attempts move below the run', async () => {
    const runs = openRunStore(NAMES, endpoints);
    const run = '20260106-000000-aaaa';
    await runs.create(run, state);
    const stored = await loadRun(runs, run);
    const archived = { '000001': { outcome: { class: 'stock-out' } } } as never;
    expect(await runs.update(stored, state, { archived })).toBe(true);
    const below = await connect()
      .collection(`${runPath(run)}/attempts`)
      .get();
    expect(below.docs.map(({ id }) => id)).toEqual(['000001']);
    expect(await runs.update({ ...stored, id: '20260107-000000-aaaa' }, state)).toBe(false);
  });

  test('audit documents and the archive of another kind lay among those of runs', async () => {
    const toys = openDocumentStores(openDatabase(NAMES, endpoints))(toyKind.documents);
    const toy = { v: 1, started: 1, stopped: 0, replaced: 0, vms: {} } as const;
    await toys.create('doll', toy, { live: true });
    const stored = await toys.load('doll');
    if (!stored) throw new Error('just created');
    const audit = { id: 'b-1', document: { v: 1, receivedAt: '2026-11-21T10:00:12.000Z', vm: 2 } } as const;
    const extras = { audit, archived: { 'vm-1': { gone: true } } };
    expect(await toys.update(stored, { ...toy, stopped: 1 }, { live: true }, extras)).toBe(true);
    const below = await connect().doc('toys/doll').listCollections();
    expect(below.map(({ id }) => id).toSorted()).toEqual(['toy-events', 'toy-vms']);
    const archived = await connect().doc('toys/doll/toy-vms/vm-1').get();
    expect(archived.data()).toEqual({ v: 1, gone: true });
    const audited = await connect().doc('toys/doll/toy-events/b-1').get();
    expect(audited.data()).toMatchObject(audit.document);
  });

  test('the probe is written over as a whole', async () => {
    const probes = openProbes(openDatabase(NAMES, endpoints));
    expect(await probes.load()).toBeUndefined();
    await probes.write({ v: 1, at: 'a', since: 'b' });
    await probes.write({ v: 1, at: 'c', since: 'd' });
    expect(await probes.load()).toEqual({ v: 1, at: 'c', since: 'd' });
  });
});
