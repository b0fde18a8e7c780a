// The where clause of a query, compiled to a predicate. A comparison holds only within one type, and never for a missing
// field or NaN (as in Google's emulator).
import type { StoredDocument } from './documents';
import { DOCUMENT_NAME, type FieldPath, parseFieldPath, valueAt } from './field-path';
import type { Filter, Value } from './messages';
import { invalidArgument } from './status';
import { checkOperand } from './value-limits';
import { compareValues, kindOf } from './value-order';

export type Predicate = (document: StoredDocument) => boolean;

const INEQUALITIES = [
  'LESS_THAN',
  'LESS_THAN_OR_EQUAL',
  'GREATER_THAN',
  'GREATER_THAN_OR_EQUAL',
  'NOT_EQUAL',
  'NOT_IN',
];
const UNARY_INEQUALITIES = ['IS_NOT_NULL', 'IS_NOT_NAN'];

/** Throws INVALID_ARGUMENT for an invalid filter. */
export function compileFilter(filter: Filter | undefined): Predicate {
  if (filter === undefined) return () => true;
  if (filter.compositeFilter) return compileComposite(filter.compositeFilter);
  const { field, op } = filter.fieldFilter ?? filter.unaryFilter ?? {};
  const test = filter.fieldFilter ? fieldTest(op, filter.fieldFilter.value) : unaryTest(op);
  const read = compileRead(field?.fieldPath ?? '');
  return (document) => {
    const value = read(document);
    return value !== undefined && test(value);
  };
}

/** Reads the value of a field, or the document's name for `__name__`. */
export function compileRead(fieldPath: string): (document: StoredDocument) => Value | undefined {
  if (fieldPath === DOCUMENT_NAME) return (document) => ({ referenceValue: document.name.full });
  const path: FieldPath = parseFieldPath(fieldPath);
  return (document) => valueAt(document.fields, path);
}

/** The fields of inequalities: a query is ordered by these after its own orders. */
export function inequalityFields(filter: Filter | undefined): string[] {
  if (filter?.compositeFilter) return (filter.compositeFilter.filters ?? []).flatMap(inequalityFields);
  const { field, op = '' } = filter?.fieldFilter ?? filter?.unaryFilter ?? {};
  const counts = filter?.fieldFilter ? INEQUALITIES : UNARY_INEQUALITIES;
  return counts.includes(op) && field?.fieldPath !== undefined ? [field.fieldPath] : [];
}

function compileComposite({ op, filters = [] }: NonNullable<Filter['compositeFilter']>): Predicate {
  const predicates = filters.map(compileFilter);
  if (op === 'AND') return (document) => predicates.every((holds) => holds(document));
  if (op === 'OR') return (document) => predicates.some((holds) => holds(document));
  throw invalidArgument(`not a composite operator: ${op ?? 'none'}`);
}

const isNull = (value: Value): boolean => value.nullValue !== undefined;
const isNan = (value: Value): boolean => value.doubleValue === 'NaN';

function unaryTest(op: string | undefined): (value: Value) => boolean {
  switch (op) {
    case 'IS_NULL':
      return isNull;
    case 'IS_NOT_NULL':
      return (value) => !isNull(value);
    case 'IS_NAN':
      return isNan;
    case 'IS_NOT_NAN':
      return (value) => !isNan(value) && !isNull(value);
    default:
      throw invalidArgument(`not a unary operator: ${op ?? 'none'}`);
  }
}

function fieldTest(op: string | undefined, operand: Value | undefined): (value: Value) => boolean {
  if (operand === undefined) throw invalidArgument('a field filter has no value');
  checkOperand(operand);
  const kind = kindOf(operand);
  const compared = (holds: (order: number) => boolean) => (value: Value) =>
    kindOf(value) === kind && !isNan(value) && holds(compareValues(value, operand));
  const isOperand = compared((order) => order === 0);
  switch (op) {
    case 'EQUAL':
      return isOperand;
    case 'NOT_EQUAL':
      return (value) => !isNull(value) && !isOperand(value);
    case 'LESS_THAN':
      return compared((order) => order < 0);
    case 'LESS_THAN_OR_EQUAL':
      return compared((order) => order <= 0);
    case 'GREATER_THAN':
      return compared((order) => order > 0);
    case 'GREATER_THAN_OR_EQUAL':
      return compared((order) => order >= 0);
    case 'ARRAY_CONTAINS':
      return (value) => (value.arrayValue?.values ?? []).some(isOperand);
    default:
      return listTest(op, operand);
  }
}

function listTest(op: string | undefined, operand: Value): (value: Value) => boolean {
  const listed = operand.arrayValue?.values ?? [];
  const isListed = (value: Value): boolean =>
    !isNan(value) && listed.some((element) => compareValues(value, element) === 0);
  switch (op) {
    case 'IN':
      return (value) => !isNull(value) && isListed(value);
    case 'NOT_IN':
      return (value) => !isNull(value) && !listed.some(isNull) && !isListed(value);
    case 'ARRAY_CONTAINS_ANY':
      return (value) => (value.arrayValue?.values ?? []).some(isListed);
    default:
      throw invalidArgument(`not a field operator: ${op ?? 'none'}`);
  }
}
