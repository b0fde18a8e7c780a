// Field transforms: before, transform, after.
import type { FieldTransform, Value } from '../../../../deploy/local/firestore/messages';
import { transformValue } from '../../../../deploy/local/firestore/transform';

const NOW = { seconds: '7', nanos: 0 };
const MAX = String(2n ** 63n - 1n);
const MIN = String(-(2n ** 63n));
const whole = (n: number | string): Value => ({ integerValue: String(n) });
const double = (n: Value['doubleValue']): Value => ({ doubleValue: n });
const text = (stringValue: string): Value => ({ stringValue });
const list = (...values: Value[]): Value => ({ arrayValue: { values } });
const NULL: Value = { nullValue: 'NULL_VALUE' };
const plus = (increment: Value): FieldTransform => ({ increment });

test.each<[string, Value | undefined, FieldTransform, Value]>([
  ['the commit time', text('x'), { setToServerValue: 'REQUEST_TIME' }, { timestampValue: NOW }],
  ['1 + 2', whole(1), plus(whole(2)), whole(3)],
  ['nothing + 2', undefined, plus(whole(2)), whole(2)],
  ['a text + 2', text('x'), plus(whole(2)), whole(2)],
  ['the largest whole number + 1', whole(MAX), plus(whole(1)), whole(MAX)],
  ['the smallest whole number - 1', whole(MIN), plus(whole(-1)), whole(MIN)],
  ['1 + 0.5', whole(1), plus(double(0.5)), double(1.5)],
  ['0.5 + 1', double(0.5), plus(whole(1)), double(1.5)],
  ['infinity + 1', double('Infinity'), plus(whole(1)), double('Infinity')],
  ['infinity - infinity', double('Infinity'), plus(double('-Infinity')), double('NaN')],
])('%s', (_what, before, transform, after) => {
  expect(transformValue(transform, before, NOW)).toEqual({ value: after, result: after });
});

test.each<[string, Value | undefined, FieldTransform, Value]>([
  [
    'elements are added once',
    list(whole(1)),
    { appendMissingElements: { values: [whole(1), whole(2)] } },
    list(whole(1), whole(2)),
  ],
  ['1.0 is in a list with 1', list(whole(1)), { appendMissingElements: { values: [double(1)] } }, list(whole(1))],
  ['a list is created', undefined, { appendMissingElements: { values: [whole(1)] } }, list(whole(1))],
  [
    'all equal elements are removed',
    list(whole(1), double(1), whole(2)),
    { removeAllFromArray: { values: [whole(1)] } },
    list(whole(2)),
  ],
  ['nothing is removed from a text', text('x'), { removeAllFromArray: { values: [whole(1)] } }, list()],
])('%s; the result is null', (_what, before, transform, after) => {
  expect(transformValue(transform, before, NOW)).toEqual({ value: after, result: NULL });
});

test('an unknown transform is refused by name', () => {
  expect(() => transformValue({ fieldPath: 'a', maximum: whole(1) } as FieldTransform, undefined, NOW)).toThrow(
    'maximum',
  );
});
