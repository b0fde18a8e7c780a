// The client's adapter for Firestore over the real library and the real wire, on our stand-in and on Google's emulator.
import { type Firestore, GeoPoint } from '@google-cloud/firestore';
import { namesOf, newRunId, type RunDocument } from '@mymlops/protocol';
import { findRun, resolveRun } from '../../../client/src/runs/find-run';
import { openRunReader, type RunReader } from '../../../client/src/google/runs';
import { onEveryFirestore } from '../../emulators/firestore';

const documentOf = (submittedAt: string): Partial<RunDocument> => ({
  v: 1,
  status: 'queued',
  message: '',
  submittedAt,
  live: true,
  attempts: {},
});

const [OLD, MIDDLE, NEW] = ['20260101-000000-aaaa', '20260102-000000-bbbb', '20260103-000000-abbb'] as const;
const THREE = {
  [`runs/${MIDDLE}`]: documentOf('2026-01-02T00:00:00.000Z'),
  [`runs/${NEW}`]: documentOf('2026-01-03T00:00:00.000Z'),
  [`runs/${OLD}`]: documentOf('2026-01-01T00:00:00.000Z'),
};

onEveryFirestore((endpoints, connect) => {
  const opened: RunReader[] = [];
  let writer: Firestore;
  let deployments = 0;
  afterEach(async () => {
    for (const runs of opened.splice(0)) await runs.close();
  });

  /** A deployment of these documents and no others. */
  async function runsWith(documents: Record<string, object>): Promise<RunReader> {
    const names = namesOf('local', `deployment-${++deployments}`);
    writer = connect(names.database);
    await Promise.all(Object.entries(documents).map(([path, fields]) => writer.doc(path).set(fields)));
    const runs = openRunReader({ names, deadlineMs: 10_000, endpoints: endpoints() });
    opened.push(runs);
    return runs;
  }

  test.each(['', ' '])('RUN %j was a part of the only id there is: `rm "$UNSET"` removed it', async (text) => {
    const runs = await runsWith({ [`runs/${OLD}`]: documentOf('2026-01-01T00:00:00.000Z') });
    await expect(resolveRun(runs, text)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('empty'),
    });
  });

  test('runs are listed newest first, and RUN is a full id, latest, or a unique part', async () => {
    const runs = await runsWith(THREE);
    expect((await runs.list()).map(({ run }) => run)).toEqual([NEW, MIDDLE, OLD]);
    expect((await runs.list(2)).map(({ run }) => run)).toEqual([NEW, MIDDLE]);
    expect(await resolveRun(runs, 'latest')).toBe(NEW);
    expect(await resolveRun(runs, 'aaaa')).toBe(OLD);
    await expect(resolveRun(runs, 'bbb')).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(MIDDLE),
    });
    await expect(resolveRun(runs, 'zzz')).rejects.toMatchObject({ exitCode: 102 });
    await expect(findRun(runs, '20260101-000000-zzzz')).rejects.toMatchObject({ exitCode: 102 });
    const fresh = newRunId(new Date(), () => 0);
    await expect(findRun(runs, fresh)).rejects.toMatchObject({
      exitCode: 101,
      message: expect.stringContaining(`${fresh} has not arrived yet`),
    });
    expect((await findRun(runs, OLD)).document.submittedAt).toBe('2026-01-01T00:00:00.000Z');
  });

  test('without any run, latest is not found', async () => {
    const runs = await runsWith({});
    await expect(resolveRun(runs, 'latest')).rejects.toMatchObject({
      exitCode: 102,
      message: expect.stringContaining('no runs yet'),
    });
  });

  test('a run is watched from before it exists', async () => {
    const runs = await runsWith({});
    const seen: (string | null)[] = [];
    await new Promise<void>((resolve, reject) => {
      const stop = runs.watch(
        NEW,
        (document) => {
          seen.push(document?.status ?? null);
          if (document === null) void writer.doc(`runs/${NEW}`).set({ status: 'queued' });
          else if (document.status === 'queued') void writer.doc(`runs/${NEW}`).update({ status: 'running' });
          else {
            stop();
            resolve();
          }
        },
        reject,
      );
    });
    expect(seen).toEqual([null, 'queued', 'running']);
  });

  test('events come in the order of their ids', async () => {
    const runs = await runsWith({
      [`runs/${OLD}/events/0001-00000002-agent-x`]: { attempt: 1, seq: 2 },
      [`runs/${OLD}/events/0001-00000001-agent-x`]: { attempt: 1, seq: 1 },
      [`runs/${NEW}/events/0001-00000001-agent-y`]: { attempt: 1, seq: 9 },
    });
    expect((await runs.events(OLD)).map(({ fields }) => fields['seq'])).toEqual([1, 2]);
  });

  test('ids are searched without their documents; a removed run is distinguished from one that never existed', async () => {
    const runs = await runsWith({ ...THREE, [`removed/${MIDDLE}`]: { v: 1 } });
    expect(await runs.idsWith('2026010')).toEqual([NEW, MIDDLE, OLD]);
    expect(await runs.idsWith('-bbbb')).toEqual([MIDDLE]);
    expect([await runs.isRemoved(MIDDLE), await runs.isRemoved(OLD)]).toEqual([true, false]);
    expect(await runs.get('20260109-000000-none')).toBeNull();
  });

  test('runs of the very same time come in the order of their ids, newest first', async () => {
    const at = '2026-01-04T00:00:00.000Z';
    const ids = ['20260104-000000-aaaa', '20260104-000000-cccc', '20260104-000000-bbbb'];
    const runs = await runsWith(Object.fromEntries(ids.map((id) => [`runs/${id}`, documentOf(at)])));
    expect((await runs.list(2)).map(({ run }) => run)).toEqual(ids.toSorted().toReversed().slice(0, 2));
  });

  test('more runs than Firestore answers at once: each is there once, also with equal times', async () => {
    const count = 450;
    const runs = await runsWith({});
    const ids = Array.from({ length: count }, (_, at) => `20260104-${String(at).padStart(6, '0')}-aaaa`);
    const batch = writer.batch();
    for (const [at, id] of ids.entries()) {
      const submittedAt = `2026-01-04T00:00:${String(Math.floor(at / 100)).padStart(2, '0')}.000Z`;
      batch.set(writer.doc(`runs/${id}`), documentOf(submittedAt));
    }
    await batch.commit();
    const newestFirst = ids.toReversed();
    expect((await runs.list()).map(({ run }) => run)).toEqual(newestFirst);
    expect((await runs.list(300)).map(({ run }) => run)).toEqual(newestFirst.slice(0, 300));
    expect(await runs.idsWith('2026')).toEqual(newestFirst);
  });

  test('values of all types are read as the library reads them; a time is a Date', async () => {
    const runs = await runsWith({});
    const plain = {
      ...{ text: 'ä', empty: '', yes: true, no: false, none: null, whole: -7, large: 2 ** 53, part: 1.5, zero: 0 },
      ...{ nan: NaN, most: Infinity, least: -Infinity, list: [1, 'a', { b: [] }], map: { 'a b': { c: null } } },
      ...{ nothing: {}, ['__proto']: { x: 1 } },
    };
    const at = new Date('2026-01-02T03:04:05.678Z');
    const bytes = Buffer.from([0, 1, 255]);
    const document = { ...plain, at, bytes, other: writer.doc('runs/other'), place: new GeoPoint(0, -1.5) };
    await writer.doc('sweeps/last').set(document);
    expect(await runs.document('sweeps/last')).toEqual({
      ...{ ...plain, at, bytes },
      other: `projects/local/databases/${writer.databaseId}/documents/runs/other`,
      place: expect.objectContaining({ longitude: -1.5 }),
    });
  });

  test('a document without a time of submission is in no list', async () => {
    const runs = await runsWith({ ...THREE, 'runs/20260109-000000-cccc': { v: 1, live: true } });
    expect((await runs.list()).map(({ run }) => run)).toEqual([NEW, MIDDLE, OLD]);
  });

  test('a watch reports a removal, and the document that comes again', async () => {
    const runs = await runsWith(THREE);
    const seen: (string | null)[] = [];
    const steps = [
      () => writer.doc(`runs/${OLD}`).delete(),
      () => writer.doc(`runs/${OLD}`).set({ status: 'again' }),
      () => writer.doc(`runs/${OLD}`).update({ status: 'changed' }),
    ];
    await new Promise<void>((resolve, reject) => {
      const stop = runs.watch(
        OLD,
        (document) => {
          seen.push(document?.status ?? null);
          const step = steps[seen.length - 1];
          if (step) return void step().catch(reject);
          stop();
          resolve();
        },
        reject,
      );
    });
    expect(seen).toEqual(['queued', null, 'again', 'changed']);
  });
});
