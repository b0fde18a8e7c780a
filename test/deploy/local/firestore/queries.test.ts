// Orders and filters over these values were compared with Google's emulator 1.19.9 when this was written.
import {
  type CollectionReference,
  FieldPath,
  Filter,
  type Firestore,
  GeoPoint,
  Timestamp,
  type WhereFilterOp,
} from '@google-cloud/firestore';
import { compileQuery } from '../../../../deploy/local/firestore/query';
import { fixture, idsOf } from './fixture';

const f = fixture();
let firestore: Firestore;
let all: CollectionReference;

beforeAll(async () => {
  firestore = f.client(await f.start());
  all = firestore.collection('all');
  const batch = firestore.batch();
  // In Firestore's order, except for 39.
  const values: Record<string, unknown> = {
    '01': null,
    '02': false,
    '03': true,
    '04': NaN,
    '05': -Infinity,
    '06': -1.5,
    '07': -0,
    '08': 0,
    '10': 1,
    '11': 1.5,
    '12': 2,
    '13': 9007199254740993n,
    '14': Infinity,
    '15': new Timestamp(1, 1000),
    '16': new Timestamp(1, 2000),
    '17': '',
    '18': 'a',
    '19': 'b',
    '20': '\uffee',
    '21': '😀',
    '22': Buffer.from([1]),
    '23': Buffer.from([1, 2]),
    '24': firestore.doc('x/a'),
    '25': firestore.doc('x/a/b/c'),
    '26': firestore.doc('x/b'),
    '27': new GeoPoint(1, 2),
    '28': new GeoPoint(1, 3),
    '29': [],
    '30': [1],
    '31': [1, 2],
    '32': [2],
    '33': {},
    '34': { a: 1 },
    '35': { a: 1, b: 1 },
    '36': { a: 2 },
    '37': { b: 0 },
    '38': [{ a: 1 }],
    '39': -9007199254740993n,
  };
  for (const [k, v] of Object.entries(values)) batch.set(all.doc(k), { v, k });
  batch.set(all.doc('99'), { k: 'has no v' });
  await batch.commit();
});
afterAll(() => f.end());

const ORDERED =
  '01 02 03 04 05 39 06 07 08 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 38 33 34 35 36 37';
const allBut = (...ids: string[]): string =>
  ORDERED.split(' ')
    .filter((id) => !ids.includes(id))
    .join(' ');

test('all types have one order, and documents without the field are in no result', async () => {
  expect(await idsOf(all.orderBy('v'))).toBe(ORDERED);
  expect(await idsOf(all.orderBy('v', 'desc'))).toBe(
    // Equal values (-0 and 0) follow the name, in the same direction.
    ORDERED.split(' ').toReversed().join(' '),
  );
});

test.each([
  ['<', 1, '05 39 06 07 08'],
  ['<=', 1, '05 39 06 07 08 10'],
  ['>', 1, '11 12 13 14'],
  ['>=', 1, '10 11 12 13 14'],
  ['>', 2 ** 53, '13 14'],
  ['<', 'b', '17 18'],
  ['>', 'b', '20 21'],
  ['<', true, '02'],
  ['>', [1], '31 32 38'],
  ['>', { a: 1 }, '35 36 37'],
  ['>', new Timestamp(1, 1500), '16'],
  ['<=', Buffer.from([1]), '22'],
  ['>', new GeoPoint(1, 2), '28'],
  ['==', 0, '07 08'],
  ['==', -0, '07 08'],
  ['==', 1.0, '10'],
  ['==', null, '01'],
  ['==', NaN, '04'],
  ['==', 2 ** 53, ''],
  ['==', { a: 1 }, '34'],
  ['!=', 1, allBut('01', '10')],
  ['!=', null, allBut('01')],
  ['!=', NaN, allBut('01', '04')],
  ['in', [1, 'a'], '10 18'],
  ['in', [1, null], '10'],
  ['in', [NaN, 1], '10'],
  ['not-in', [1, 'a'], allBut('01', '10', '18')],
  ['not-in', [1, null], ''],
  ['array-contains', 1, '30 31'],
  ['array-contains', { a: 1 }, '38'],
  ['array-contains-any', [2, { a: 1 }], '31 32 38'],
] as [WhereFilterOp, unknown, string][])('v %s %p', async (operator, value, expected) => {
  expect(await idsOf(all.where('v', operator, value))).toBe(expected);
});

test('filters are combined by AND and OR, over several fields', async () => {
  const between = Filter.and(Filter.where('v', '>', 'a'), Filter.where('k', '<', '20'));
  expect(await idsOf(all.where(Filter.or(Filter.where('v', '==', 1), between)))).toBe('10 19');
  expect(await idsOf(all.where('v', '>', 0).where('k', '<', '12'))).toBe('10 11');
});

test('documents are found by id', async () => {
  const id = FieldPath.documentId();
  expect(await idsOf(all.where(id, '>=', '05').where(id, '<', '08'))).toBe('05 06 07');
  expect(await idsOf(all.where(id, 'in', ['05', '02', 'none']))).toBe('02 05');
  expect(await idsOf(all.where(id, '==', '05'))).toBe('05');
});

test('cursors, limits and offsets cut the order', async () => {
  const ordered = all.orderBy('v');
  expect(await idsOf(ordered.startAt('a').endAt('b'))).toBe('18 19');
  expect(await idsOf(ordered.startAfter('a').endBefore('\uffee'))).toBe('19');
  expect(await idsOf(ordered.startAfter(await all.doc('10').get()).limit(3))).toBe('11 12 13');
  expect(await idsOf(ordered.limitToLast(3))).toBe('35 36 37');
  expect(await idsOf(all.offset(2).limit(2))).toBe('03 04');
  expect(await idsOf(all.orderBy(FieldPath.documentId()).startAfter('03').limit(2))).toBe('04 05');
  expect(await idsOf(all.limit(0))).toBe('');
});

test('pages of a descending order join up', async () => {
  const newest = all.orderBy('k', 'desc').limit(15);
  const ids: string[] = [];
  for (let page = await newest.get(); !page.empty; page = await newest.startAfter(page.docs.at(-1)).get()) {
    ids.push(...page.docs.map(({ id }) => id));
  }
  expect(ids.join(' ')).toBe(['99', ...ORDERED.split(' ').toSorted().toReversed()].join(' '));
});

test('names cannot be listed in descending order, as on Google', async () => {
  // Not through Google's client, which repeats such a query for 7 seconds.
  const none = { collection: () => undefined, collections: () => [] };
  const byName = { field: { fieldPath: '__name__' }, direction: 'DESCENDING' };
  const query = { from: [{ collectionId: 'all' }], orderBy: [byName] };
  const compile = () => compileQuery(none, 'projects/p/databases/d/documents', query);
  expect(compile).toThrow(expect.objectContaining({ code: 9, message: expect.stringContaining('downwards') }));
  expect(await idsOf(all.where('k', '==', '10').orderBy(FieldPath.documentId(), 'desc'))).toBe('10');
});

test('a projection answers only its fields', async () => {
  const data = async (query: FirebaseFirestore.Query) => (await query.get()).docs.map((snapshot) => snapshot.data());
  expect(await data(all.orderBy('v').select('k').limit(2))).toEqual([{ k: '01' }, { k: '02' }]);
  expect(await data(all.orderBy('v').select().limit(1))).toEqual([{}]);
  expect(await data(all.where('v', '==', { a: 1 }).select('v.a'))).toEqual([{ v: { a: 1 } }]);
});

test('a collection group has the documents of every collection of that name', async () => {
  const batch = firestore.batch();
  for (const [n, path] of ['g/1/sub/a', 'g/2/sub/b', 'h/1/deep/1/sub/c', 'sub/d', 'g/1/subs/e'].entries()) {
    batch.set(firestore.doc(path), { n });
  }
  await batch.commit();
  expect(await idsOf(firestore.collectionGroup('sub'))).toBe('a b c d');
  expect(await idsOf(firestore.collectionGroup('sub').where('n', '>', 0).orderBy('n', 'desc'))).toBe('d c b');
  expect(await idsOf(firestore.collection('sub'))).toBe('d');
});

test('matches are counted', async () => {
  expect((await all.where('v', '>', 1).count().get()).data()).toEqual({ count: 4 });
  expect((await all.limit(5).count().get()).data()).toEqual({ count: 5 });
});

test('an empty result has a read time', async () => {
  const { readTime, size } = await firestore.collection('nothing').get();
  expect(size).toBe(0);
  expect(readTime.toMillis()).toBeGreaterThan(Date.now() - 60_000);
});
