// What is accepted in a document, and how large it counts.
import type { Fields, Value } from '../../../../deploy/local/firestore/messages';
import { acceptFields, checkOperand, documentBytes } from '../../../../deploy/local/firestore/value-limits';

const text = (stringValue: string): Value => ({ stringValue });
const list = (...values: Value[]): Value => ({ arrayValue: { values } });
const nested = (levels: number): Value =>
  levels === 0 ? text('x') : { mapValue: { fields: { a: nested(levels - 1) } } };
const seconds = (value: number): Value => ({ timestampValue: { seconds: String(value), nanos: 0 } });
const point = (latitude: number, longitude: number): Value => ({ geoPointValue: { latitude, longitude } });

test.each<[string, Fields, string]>([
  ['an empty name', { '': text('x') }, 'a field name is empty'],
  ['a reserved name', { __x__: text('x') }, 'is reserved'],
  ['a name over 1500 bytes', { ['é'.repeat(751)]: text('x') }, 'over 1500 bytes'],
  ['a value without a type', { a: {} }, 'a value has no type'],
  ['21 nested maps', { a: nested(21) }, 'nested deeper than 20 levels'],
  ['a list in a list', { a: list(list()) }, 'directly inside an array'],
  ['the year 10000', { a: seconds(253_402_300_800) }, 'outside the years'],
  ['a place off the earth', { a: point(91, 0) }, 'outside 90 degrees'],
])('%s is refused', (_what, fields, message) => {
  expect(() => acceptFields(fields)).toThrow(message);
});

test.each<[string, Fields]>([
  ['20 nested maps', { a: nested(20) }],
  ['a list in a map in a list', { a: list({ mapValue: { fields: { b: list() } } }) }],
  ['__type__', { __type__: text('x') }],
  ['the poles', { a: point(90, -180) }],
])('%s is accepted', (_what, fields) => {
  expect(() => acceptFields(fields)).not.toThrow();
});

test('values get their canonical form', () => {
  const fields: Fields = {
    zero: { doubleValue: -0 },
    time: { timestampValue: { seconds: '1', nanos: 1999 } },
    point: { geoPointValue: { latitude: 1 } },
    map: { mapValue: {} },
    list: { arrayValue: {} },
  };
  acceptFields(fields);
  expect(fields).toEqual({
    zero: { doubleValue: '-0' },
    time: { timestampValue: { seconds: '1', nanos: 1000 } },
    point: point(1, 0),
    map: { mapValue: { fields: {} } },
    list: list(),
  });
});

test('an operand may hold empty names and lists in lists, and stays as it is', () => {
  const operand = list(list(), { mapValue: { fields: { '': { timestampValue: { seconds: '1', nanos: 1999 } } } } });
  const before = structuredClone(operand);
  checkOperand(operand);
  expect(operand).toEqual(before);
  expect(() => checkOperand({ mapValue: { fields: { __x__: text('x') } } })).toThrow('is reserved');
});

// https://firebase.google.com/docs/firestore/storage-size: 16 for the path, a byte more than each text, 32 for the document.
test.each<[string, string, Fields, number]>([
  [
    "Google's example",
    'users/jeff/tasks/my_task_id',
    {
      type: text('Personal'),
      done: { booleanValue: false },
      priority: { integerValue: '1' },
      description: text('Learn Cloud Firestore'),
    },
    147,
  ],
  ['an empty document', 'a/b', {}, 16 + 2 + 2 + 32],
  ['bytes', 'a/b', { a: { bytesValue: Buffer.alloc(5).toString('base64') } }, 52 + 2 + 5],
  ['null, a place, a time', 'a/b', { a: { nullValue: 'NULL_VALUE' }, b: point(0, 0), c: seconds(0) }, 52 + 3 + 18 + 10],
])('the size of %s', (_what, path, fields, bytes) => {
  expect(documentBytes(path, fields)).toBe(bytes);
});
