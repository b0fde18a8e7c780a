// Field transforms: values that the server computes at the commit.
import type { FieldTransform, Timestamp, Value } from './messages';
import { unimplemented } from './status';
import { compareValues, numberOf } from './value-order';

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);
const NULL: Value = { nullValue: 'NULL_VALUE' };

export interface Transformed {
  value: Value;
  /** The result for the caller: the new value, or null for the array transforms. */
  result: Value;
}

/** The value after `transform` of `before` in a commit at `commitTime`. Throws UNIMPLEMENTED for an unknown transform. */
export function transformValue(
  transform: FieldTransform,
  before: Value | undefined,
  commitTime: Timestamp,
): Transformed {
  if (transform.setToServerValue === 'REQUEST_TIME') {
    const now = { timestampValue: commitTime };
    return { value: now, result: now };
  }
  if (transform.increment) {
    const sum = add(before, transform.increment);
    return { value: sum, result: sum };
  }
  const elements = before?.arrayValue?.values ?? [];
  if (transform.appendMissingElements) {
    const values = (transform.appendMissingElements.values ?? []).reduce(withElement, elements);
    return { value: { arrayValue: { values } }, result: NULL };
  }
  if (transform.removeAllFromArray) {
    const removed = transform.removeAllFromArray.values ?? [];
    const values = elements.filter((element) => !removed.some((other) => compareValues(element, other) === 0));
    return { value: { arrayValue: { values } }, result: NULL };
  }
  throw unimplemented(`the field transform ${Object.keys(transform).find((key) => key !== 'fieldPath') ?? ''}`);
}

const withElement = (elements: Value[], added: Value): Value[] =>
  elements.some((element) => compareValues(element, added) === 0) ? elements : [...elements, added];

/** Whole numbers stay whole, within 64 bits; any other type counts as absent. */
function add(before: Value | undefined, by: Value): Value {
  if (before?.integerValue === undefined && before?.doubleValue === undefined) return by;
  if (before.integerValue !== undefined && by.integerValue !== undefined) {
    const sum = BigInt(before.integerValue) + BigInt(by.integerValue);
    return { integerValue: String(sum > INT64_MAX ? INT64_MAX : sum < INT64_MIN ? INT64_MIN : sum) };
  }
  return { doubleValue: doubleOf(Number(numberOf(before)) + Number(numberOf(by))) };
}

function doubleOf(number: number): Value['doubleValue'] {
  if (Number.isFinite(number)) return Object.is(number, -0) ? '-0' : number;
  return String(number) as 'NaN' | 'Infinity' | '-Infinity';
}
