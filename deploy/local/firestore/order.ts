// The order of a query's results, and cursors, which are positions in it.
import { status } from '@grpc/grpc-js';
import type { StoredDocument } from './documents';
import { DOCUMENT_NAME } from './field-path';
import { compileRead, inequalityFields, type Predicate } from './filter';
import type { Cursor, Filter, StructuredQuery, Value } from './messages';
import { invalidArgument, StatusError } from './status';
import { comparePaths } from './text-order';
import { checkOperand } from './value-limits';
import { compareValues } from './value-order';

export interface Order {
  field: string;
  /** 1 ascending, -1 descending. */
  sign: 1 | -1;
}

/** Whether any filter uses more than the document's name. */
function filtersField(filter: Filter | undefined): boolean {
  if (filter?.compositeFilter) return (filter.compositeFilter.filters ?? []).some(filtersField);
  const field = (filter?.fieldFilter ?? filter?.unaryFilter)?.field?.fieldPath;
  return field !== undefined && field !== DOCUMENT_NAME;
}

/** The given orders, then the fields of inequalities, then the name: a total order. Throws INVALID_ARGUMENT for invalid orders. */
export function ordersOf(query: StructuredQuery): Order[] {
  const orders = (query.orderBy ?? []).map(({ field, direction }): Order => {
    if (field?.fieldPath === undefined) throw invalidArgument('an order has no field');
    return { field: field.fieldPath, sign: direction === 'DESCENDING' ? -1 : 1 };
  });
  const [first] = orders;
  // Google has no index for this. A query that works here must work there.
  if (first?.field === DOCUMENT_NAME && first.sign === -1 && !filtersField(query.where)) {
    throw new StatusError(
      status.FAILED_PRECONDITION,
      'Firestore cannot scan names downwards: order by a field that grows alike',
    );
  }
  const sign = orders.at(-1)?.sign ?? 1;
  for (const field of [...inequalityFields(query.where).toSorted(), DOCUMENT_NAME]) {
    if (!orders.some((order) => order.field === field)) orders.push({ field, sign });
  }
  checkOrders(orders.map(({ field }) => field));
  return orders;
}

/** As Google: each field orders once, and nothing can be ordered after names, which are unique. */
function checkOrders(fields: readonly string[]): void {
  const twice = fields.find((field, at) => fields.indexOf(field) < at);
  if (twice !== undefined) throw invalidArgument(`two orders by ${twice}`);
  const [after] = fields.slice(fields.indexOf(DOCUMENT_NAME) + 1);
  if (after !== undefined) throw invalidArgument(`${after}, an order or an inequality, comes after ${DOCUMENT_NAME}`);
}

export function compileOrder(orders: readonly Order[]): (left: StoredDocument, right: StoredDocument) => number {
  const comparisons = orders.map(({ field, sign }) => {
    if (field === DOCUMENT_NAME) {
      return (left: StoredDocument, right: StoredDocument) => sign * comparePaths(left.name.path, right.name.path);
    }
    const read = compileRead(field);
    return (left: StoredDocument, right: StoredDocument) =>
      sign * compareValues(read(left) ?? MISSING, read(right) ?? MISSING);
  });
  return (left, right) => {
    for (const compare of comparisons) {
      const order = compare(left, right);
      if (order !== 0) return order;
    }
    return 0;
  };
}

const MISSING: Value = { nullValue: 'NULL_VALUE' };

/** True for documents with every field of the order. Others are in no index, so in no result. */
export function compilePresence(orders: readonly Order[]): Predicate {
  const reads = orders.filter(({ field }) => field !== DOCUMENT_NAME).map(({ field }) => compileRead(field));
  return (document) => reads.every((read) => read(document) !== undefined);
}

/** True for documents between the cursors. Throws INVALID_ARGUMENT for a cursor with more values than orders. */
export function compileBounds({ startAt, endAt, orderBy = [] }: StructuredQuery, orders: readonly Order[]): Predicate {
  for (const { values = [] } of [startAt ?? {}, endAt ?? {}]) {
    // Orders that were added to the query's own do not count.
    if (values.length > orderBy.length) throw invalidArgument('a cursor has more values than the query has orders');
  }
  const fromStart = startAt && compilePosition(startAt, orders);
  const fromEnd = endAt && compilePosition(endAt, orders);
  return (document) => {
    if (fromStart) {
      const position = fromStart(document);
      if (startAt.before ? position < 0 : position <= 0) return false;
    }
    if (fromEnd) {
      const position = fromEnd(document);
      if (endAt.before ? position >= 0 : position > 0) return false;
    }
    return true;
  };
}

/** Negative if the document comes before the cursor, zero at it. */
function compilePosition(cursor: Cursor, orders: readonly Order[]): (document: StoredDocument) => number {
  const values = cursor.values ?? [];
  for (const value of values) checkOperand(value);
  const comparisons = orders.slice(0, values.length).map(({ field, sign }, at) => {
    const read = compileRead(field);
    const value = values[at] ?? MISSING;
    if (field === DOCUMENT_NAME && value.referenceValue === undefined) {
      throw invalidArgument(`a cursor for ${DOCUMENT_NAME} is not a document name`);
    }
    return (document: StoredDocument) => sign * compareValues(read(document) ?? MISSING, value);
  });
  return (document) => {
    for (const compare of comparisons) {
      const order = compare(document);
      if (order !== 0) return order;
    }
    return 0;
  };
}
