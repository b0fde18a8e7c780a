// A structured query, compiled once: its documents, their order, and the fields that it answers.
import type { Collection, Documents, StoredDocument } from './documents';
import { DOCUMENT_NAME, parseFieldPath, pickFields } from './field-path';
import { compileFilter, type Predicate } from './filter';
import type { Document, FieldMask, StructuredQuery } from './messages';
import { childPath, type DocumentName, parseParent } from './names';
import { compileBounds, compileOrder, compilePresence, type Order, ordersOf } from './order';
import { invalidArgument, unimplemented } from './status';
import { toTimestamp } from './times';

export interface Query {
  /** Whether a document of this name can be in the result. */
  covers(name: DocumentName): boolean;
  /** Whether it is in the result, apart from limit and offset. */
  matches: Predicate;
  /** Limit or offset: whether one document is in the result depends on others. */
  isWindow: boolean;
  run(): StoredDocument[];
  /** How many documents the offset skips. */
  offset: number;
  answer(document: StoredDocument): Document;
}

const KNOWN_PARTS = ['select', 'from', 'where', 'orderBy', 'startAt', 'endAt', 'offset', 'limit'];

/** Throws INVALID_ARGUMENT for an invalid query, UNIMPLEMENTED for an unsupported part. */
export function compileQuery(
  documents: Pick<Documents, 'collection' | 'collections'>,
  parentName: string,
  query: StructuredQuery,
): Query {
  const unknown = Object.keys(query).find((part) => !KNOWN_PARTS.includes(part));
  if (unknown !== undefined) throw unimplemented(`${unknown} of a query`);
  const scope = compileScope(parentName, query);
  const orders = ordersOf(query);
  const [isFiltered, isPresent, isWithin] = [
    compileFilter(query.where),
    compilePresence(orders),
    compileBounds(query, orders),
  ];
  const matches: Predicate = (document) => isFiltered(document) && isPresent(document) && isWithin(document);
  const { offset = 0 } = query;
  const limit = query.limit ? (query.limit.value ?? 0) : Infinity;
  if (offset < 0 || limit < 0) throw invalidArgument('limit and offset cannot be negative');
  return {
    covers: scope.covers,
    matches,
    isWindow: offset > 0 || limit < Infinity,
    offset,
    run: () => collect(scope.collections(documents), matches, orders, offset + limit).slice(offset),
    answer: compileAnswer(query.select && { fieldPaths: query.select.fields?.map((field) => field.fieldPath ?? '') }),
  };
}

/** A stored document as it is answered: all of it, or only the fields in `mask`. */
export function compileAnswer(mask: FieldMask | undefined): (document: StoredDocument) => Document {
  const paths = mask?.fieldPaths?.filter((path) => path !== DOCUMENT_NAME).map(parseFieldPath);
  return ({ name, fields, createdMicros, updatedMicros }) => ({
    name: name.full,
    fields: mask ? pickFields(fields, paths ?? []) : fields,
    createTime: toTimestamp(createdMicros),
    updateTime: toTimestamp(updatedMicros),
  });
}

function compileScope(parentName: string, query: StructuredQuery) {
  const parent = parseParent(parentName);
  const [selector, ...others] = query.from ?? [];
  if (!selector || others.length > 0) throw invalidArgument('a query needs exactly one collection');
  const { collectionId, allDescendants = false } = selector;
  if (collectionId === undefined) throw unimplemented('a query over all collections');
  const single = childPath(parent.path, collectionId);
  const coversPath = (path: string): boolean =>
    path === single ||
    (allDescendants && path.endsWith(`/${collectionId}`) && (parent.path === '' || path.startsWith(`${parent.path}/`)));
  return {
    covers: (name: DocumentName) => name.database === parent.database && coversPath(name.collection),
    collections(documents: Pick<Documents, 'collection' | 'collections'>): Collection[] {
      if (allDescendants) return [...documents.collections(parent.database)].filter(({ path }) => coversPath(path));
      const collection = documents.collection(parent.database, single);
      return collection ? [collection] : [];
    },
  };
}

/** The first `count` matching documents in order. One collection by name is stored in that order and needs no sorting. */
function collect(collections: Collection[], matches: Predicate, orders: readonly Order[], count: number) {
  const [first] = orders;
  const [only] = collections;
  if (only && collections.length === 1 && first?.field === DOCUMENT_NAME) {
    return collectByName(only, matches, first.sign, count);
  }
  const found = collections.flatMap(({ documents }) => [...documents.values()].filter(matches));
  return found.toSorted(compileOrder(orders)).slice(0, count);
}

function collectByName({ ids, documents }: Collection, matches: Predicate, sign: 1 | -1, count: number) {
  const found: StoredDocument[] = [];
  for (let step = 0; step < ids.length && found.length < count; step += 1) {
    const document = documents.get(ids[sign === 1 ? step : ids.length - 1 - step] ?? '');
    if (document && matches(document)) found.push(document);
  }
  return found;
}
