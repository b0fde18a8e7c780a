import {
  type CollectionReference,
  FieldPath,
  FieldValue,
  type Firestore,
  GeoPoint,
  Timestamp,
} from '@google-cloud/firestore';
import { TOKEN } from '../harness';
import { codeOf, dataOf, fixture, idsOf, rawCall } from './fixture';

const INVALID_ARGUMENT = 3;
const NOT_FOUND = 5;
const ALREADY_EXISTS = 6;
const FAILED_PRECONDITION = 9;

const f = fixture();
let firestore: Firestore;
let address: string;
let runs: CollectionReference;
let tests = 0;

beforeAll(async () => {
  const service = await f.start();
  address = service.address;
  firestore = f.client(service);
});
beforeEach(() => (runs = firestore.collection(`c${++tests}`)));
afterAll(() => f.end());

describe('preconditions', () => {
  test('create makes a document once', async () => {
    await runs.doc('a').create({ n: 1 });
    expect(await codeOf(runs.doc('a').create({ n: 2 }))).toBe(ALREADY_EXISTS);
    expect(await dataOf(runs.doc('a'))).toEqual({ n: 1 });
  });

  test('a missing document cannot be updated, nor deleted where it must exist', async () => {
    expect(await codeOf(runs.doc('a').update({ n: 1 }))).toBe(NOT_FOUND);
    expect(await codeOf(runs.doc('a').delete({ exists: true }))).toBe(NOT_FOUND);
    expect(await codeOf(runs.doc('a').update({ n: 1 }, { lastUpdateTime: Timestamp.now() }))).toBe(FAILED_PRECONDITION);
    expect(await codeOf(runs.doc('a').delete())).toBe(0);
  });

  test('an update time that another write has passed refuses the write', async () => {
    await runs.doc('a').set({ n: 1 });
    const { updateTime: lastUpdateTime } = await runs.doc('a').get();
    await runs.doc('a').update({ n: 2 }, { lastUpdateTime });
    expect(await codeOf(runs.doc('a').update({ n: 3 }, { lastUpdateTime }))).toBe(FAILED_PRECONDITION);
    expect(await codeOf(runs.doc('a').delete({ lastUpdateTime }))).toBe(FAILED_PRECONDITION);
    expect(await dataOf(runs.doc('a'))).toEqual({ n: 2 });
  });

  test('exactly one of ten writers with the same precondition wins', async () => {
    await runs.doc('a').set({ n: 0 });
    const { updateTime: lastUpdateTime } = await runs.doc('a').get();
    const writers = Array.from({ length: 10 }, (_, n) =>
      codeOf(runs.doc('a').update({ n: n + 1 }, { lastUpdateTime })),
    );
    const codes = await Promise.all(writers);
    expect(codes.filter((code) => code === 0)).toHaveLength(1);
    expect(codes.filter((code) => code === FAILED_PRECONDITION)).toHaveLength(9);
  });
});

describe('commits', () => {
  test('are all or nothing', async () => {
    const batch = firestore.batch().set(runs.doc('a'), { n: 1 }).update(runs.doc('missing'), { n: 1 });
    expect(await codeOf(batch.commit())).toBe(NOT_FOUND);
    expect((await runs.doc('a').get()).exists).toBe(false);
  });

  test('let a write see the ones before it, at one time', async () => {
    const batch = firestore.batch().create(runs.doc('a'), { n: 1 }).update(runs.doc('a'), { m: 2 });
    const [first, second] = await batch.set(runs.doc('b'), {}).delete(runs.doc('b')).commit();
    expect(await dataOf(runs.doc('a'))).toEqual({ n: 1, m: 2 });
    expect(first?.writeTime.isEqual(second?.writeTime ?? Timestamp.now())).toBe(true);
    expect((await runs.doc('b').get()).exists).toBe(false);
  });

  test('grow the update time, and keep the creation time', async () => {
    const times: Timestamp[] = [];
    for (let n = 0; n < 20; n += 1) times.push((await runs.doc('a').set({ n })).writeTime);
    const ordered = times.every((time, at) => at === 0 || time.valueOf() > (times[at - 1]?.valueOf() ?? ''));
    expect(ordered).toBe(true);
    const snapshot = await runs.doc('a').get();
    expect([snapshot.createTime, snapshot.updateTime]).toEqual([times[0], times.at(-1)]);
  });

  test('that change nothing keep the update time', async () => {
    await runs.doc('a').set({ map: {}, list: [], at: new Timestamp(0, 0), where: new GeoPoint(0, 1), n: 1 });
    const { updateTime } = await runs.doc('a').get();
    const again = await runs
      .doc('a')
      .set({ n: 1, map: {}, list: [], at: new Timestamp(0, 0), where: new GeoPoint(0, 1) });
    await runs.doc('a').update({ n: FieldValue.increment(0), missing: FieldValue.delete() });
    expect((await runs.doc('a').get()).updateTime).toEqual(updateTime);
    expect(again.writeTime).toEqual(updateTime);
  });

  test('of different databases and projects do not mix', async () => {
    const others = [f.client({ address }, 'other'), f.client({ address }, '(default)', 'elsewhere')];
    await runs.doc('a').set({ n: 1 });
    for (const other of others) expect((await other.doc(runs.doc('a').path).get()).exists).toBe(false);
  });
});

describe('updates', () => {
  test('change only the fields at their paths', async () => {
    await runs.doc('a').set({ a: { b: 1, c: 'x' }, s: 'text' });
    await runs.doc('a').update({ 'a.b': 2, 'a.d.e': [1], 's.x': 1, 'q.w': FieldValue.delete() });
    expect(await dataOf(runs.doc('a'))).toEqual({ a: { b: 2, c: 'x', d: { e: [1] } }, s: { x: 1 } });
    await runs.doc('a').update({ 'a.c': FieldValue.delete(), 'a.d.e': FieldValue.delete(), s: FieldValue.delete() });
    expect(await dataOf(runs.doc('a'))).toEqual({ a: { b: 2, d: {} } });
  });

  test('merge keeps the other fields', async () => {
    await runs.doc('a').set({ a: { b: 1 }, k: 1 });
    await runs.doc('a').set({ a: { z: 1 }, empty: {} }, { merge: true });
    expect(await dataOf(runs.doc('a'))).toEqual({ a: { b: 1, z: 1 }, k: 1, empty: {} });
    await runs.doc('a').set({ n: 1 });
    expect(await dataOf(runs.doc('a'))).toEqual({ n: 1 });
  });

  test('reach fields with any name', async () => {
    await runs.doc('a').set({ 'a.b': 1, 'we`ird\\x': { é: 2 }, constructor: { name: 1 }, toString: 1 });
    await runs.doc('a').update(new FieldPath('we`ird\\x', 'é'), 3, new FieldPath('a.b'), 4);
    expect(await dataOf(runs.doc('a'))).toEqual({
      'a.b': 4,
      'we`ird\\x': { é: 3 },
      constructor: { name: 1 },
      toString: 1,
    });
  });

  test('a server timestamp is the commit time', async () => {
    const { writeTime } = await runs.doc('a').set({ at: FieldValue.serverTimestamp() });
    expect(await dataOf(runs.doc('a'))).toEqual({ at: writeTime });
  });

  test('numbers are added, whole ones exactly and up to 64 bits', async () => {
    const add = (n: number): FieldValue => FieldValue.increment(n);
    await runs.doc('a').set({ i: 1, d: 0.5, text: 'x' });
    await runs.doc('a').update({ i: add(2), d: add(1), text: add(7), fresh: add(1.5), mixed: add(1) });
    await runs.doc('a').update({ mixed: add(0.5) });
    expect(await dataOf(runs.doc('a'))).toEqual({ i: 3, d: 1.5, text: 7, fresh: 1.5, mixed: 1.5 });
    const exact = f.client({ address });
    exact.settings({ useBigInt: true });
    await exact.doc(runs.doc('b').path).set({ n: 9223372036854775806n });
    for (let times = 0; times < 2; times += 1) await runs.doc('b').update({ n: add(1) });
    expect(await dataOf(exact.doc(runs.doc('b').path))).toEqual({ n: 9223372036854775807n });
  });

  test('arrays gain and lose elements', async () => {
    await runs.doc('a').set({ list: [1, 'x', { a: 1 }] });
    await runs.doc('a').update({ list: FieldValue.arrayUnion(1, 'y', 'y', { a: 1 }), made: FieldValue.arrayUnion(1) });
    expect(await dataOf(runs.doc('a'))).toEqual({ list: [1, 'x', { a: 1 }, 'y'], made: [1] });
    await runs.doc('a').update({ list: FieldValue.arrayRemove(1, { a: 1 }), made: FieldValue.arrayRemove(1) });
    expect(await dataOf(runs.doc('a'))).toEqual({ list: ['x', 'y'], made: [] });
  });
});

describe('values', () => {
  const values = () => ({
    nothing: null,
    yes: true,
    no: false,
    whole: 5,
    broken: 0.1,
    large: 2 ** 60,
    infinite: -Infinity,
    time: new Timestamp(-5, 123_456_000),
    text: 'é \u0000 😀',
    empty: '',
    bytes: Buffer.from([0, 255, 10]),
    reference: runs.doc('other'),
    place: new GeoPoint(-12.5, 0),
    list: [1, [].length, 'two', { three: [3] }],
    nested: { deep: { deeper: { '': undefined, ok: null } } },
  });
  const written = () => ({ ...values(), nested: { deep: { deeper: { ok: null } } } });

  test('come back as they were, also after a restart', async () => {
    const life = fixture();
    const first = await life.start();
    const path = runs.doc('a').path;
    await life
      .client(first)
      .doc(path)
      .set({ ...written(), notANumber: NaN, negativeZero: -0 });
    await first.close();
    for (const client of [life.client(await life.start())]) {
      const read = (await client.doc(path).get()).data() ?? {};
      const reference = client.doc(runs.doc('other').path);
      const { notANumber, negativeZero, ...rest } = read;
      expect({ ...rest, reference: rest['reference'].path }).toEqual({ ...written(), reference: reference.path });
      expect([notANumber, Object.is(negativeZero, -0)]).toEqual([NaN, true]);
    }
    await life.end();
  });

  test('fractions of a microsecond are dropped', async () => {
    await runs.doc('a').set({ at: new Timestamp(1, 2999) });
    expect(await dataOf(runs.doc('a'))).toEqual({ at: new Timestamp(1, 2000) });
  });
});

describe('limits', () => {
  const nested = (depth: number): object => (depth === 0 ? {} : { m: nested(depth - 1) });

  test('a document takes 1 MiB as Google counts it', async () => {
    // 32 + the name (16 + two segments with a terminator each) + two fields with a terminator each for name and text.
    const overhead = 32 + 16 + runs.id.length + 1 + 2 + 4 + 2;
    const half = 'x'.repeat(500_000);
    const rest = (bytes: number): string => 'y'.repeat(2 ** 20 - overhead - half.length + bytes);
    expect(await codeOf(runs.doc('a').set({ a: half, b: rest(0) }))).toBe(0);
    expect(await codeOf(runs.doc('a').update({ b: rest(1) }))).toBe(INVALID_ARGUMENT);
    expect((await runs.doc('a').get()).get('b')).toHaveLength(rest(0).length);
  });

  test('an id takes 1,500 bytes and is not reserved', async () => {
    expect(await codeOf(runs.doc('é'.repeat(750)).set({}))).toBe(0);
    expect(await codeOf(runs.doc(`${'é'.repeat(750)}x`).set({}))).toBe(INVALID_ARGUMENT);
    expect(await codeOf(runs.doc('__x__').set({}))).toBe(INVALID_ARGUMENT);
    expect(await codeOf(runs.doc('a').set({ __x__: 1 }))).toBe(INVALID_ARGUMENT);
    expect(await codeOf(runs.doc('a').set(nested(20)))).toBe(0);
  });
});

describe('reading', () => {
  test('several documents at once, only some fields, and missing ones', async () => {
    await runs.doc('a').set({ n: 1, m: { x: 1, y: 2 }, z: 3 });
    const found = await firestore.getAll(runs.doc('a'), runs.doc('none'), { fieldMask: ['n', 'm.y'] });
    expect(found.map((snapshot) => snapshot.data())).toEqual([{ n: 1, m: { y: 2 } }, undefined]);
  });

  test('collections and documents are listed, also those that are only parents', async () => {
    await runs.doc('a').set({ n: 1 });
    await runs.doc('b/sub/x').set({});
    await runs.doc('b/tree/x/deep/y').set({});
    expect((await runs.listDocuments()).map(({ id }) => id)).toEqual(['a', 'b']);
    expect((await runs.doc('b').listCollections()).map(({ id }) => id)).toEqual(['sub', 'tree']);
    expect((await runs.doc('b').get()).exists).toBe(false);
    expect(await idsOf(runs)).toBe('a');
  });

  test('lists come in pages', async () => {
    const batch = firestore.batch();
    for (let n = 0; n < 650; n += 1) batch.set(runs.doc(`d${String(n).padStart(3, '0')}`), {});
    await batch.commit();
    const listed = await runs.listDocuments();
    expect(new Set(listed.map(({ id }) => id)).size).toBe(650);
  });
});

describe('unsupported calls', () => {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const UNIMPLEMENTED = 12;

  test.each(['BatchWrite', 'CreateDocument', 'UpdateDocument', 'BeginTransaction', 'Rollback'])(
    '%s is refused and logged',
    async (method) => {
      const before = f.logs.length;
      expect(await rawCall({ address }, { method, headers })).toMatchObject({ code: UNIMPLEMENTED });
      const line = { severity: 'ERROR', message: 'call not supported', fields: { call: method } };
      expect(f.logs.slice(before)).toMatchObject([line]);
    },
  );

  test('the error for a transaction says what to use instead, that for a method names it', async () => {
    const transaction = await rawCall({ address }, { method: 'BeginTransaction', headers });
    expect(transaction.details).toContain('commits with preconditions');
    expect((await rawCall({ address }, { method: 'BatchWrite', headers })).details).toContain('BatchWrite');
  });

  test('a commit without a database is refused', async () => {
    expect(await rawCall({ address }, { method: 'Commit', headers })).toMatchObject({ code: INVALID_ARGUMENT });
  });
});
