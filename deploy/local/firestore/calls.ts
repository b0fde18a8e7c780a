// Every call except Listen: a request message in, response messages out. gRPC is not known here.
import { collectionIds, listDocuments } from './list';
import type {
  BatchGetDocumentsRequest,
  CommitRequest,
  ListCollectionIdsRequest,
  ListDocumentsRequest,
  RunAggregationQueryRequest,
  RunQueryRequest,
} from './messages';
import { checkDatabase, parseDocumentName } from './names';
import type { Method } from './permissions';
import { compileAnswer, compileQuery } from './query';
import { invalidArgument, unimplemented } from './status';
import type { FirestoreStore } from './store';
import { toMicros, toTimestamp } from './times';

/** A call that names no permission in permissions.ts cannot be served. */
export interface Calls {
  /** Calls with one answer. */
  unary: Partial<Record<Method, (request: never) => object>>;
  /** Calls with any number of answers. */
  streaming: Partial<Record<Method, (request: never) => Iterable<object>>>;
}

export function createCalls(store: FirestoreStore): Calls {
  const readTime = () => toTimestamp(store.readMicros());

  function* batchGet(request: BatchGetDocumentsRequest) {
    refuseSnapshots(request);
    const database = checkDatabase(request.database ?? '');
    const answer = compileAnswer(request.mask);
    const names = (request.documents ?? []).map((name) => parseDocumentName(name, database));
    for (const name of names) {
      const document = store.documents.get(name);
      const result = document ? { found: answer(document) } : { missing: name.full };
      yield { ...result, readTime: readTime() };
    }
  }

  /** Google's own client asks so for the rest of a query that broke. A time since which something was changed cannot be read. */
  function refuseEarlier({ readTime: at }: RunQueryRequest): void {
    if (at === undefined) return;
    if (toMicros(at) > store.readMicros()) throw invalidArgument('readTime must not be in the future');
    if (toMicros(at) < store.changedMicros()) throw unimplemented(PAST);
  }

  function* runQuery({ readTime: at, ...request }: RunQueryRequest) {
    refuseSnapshots(request);
    refuseEarlier({ readTime: at });
    if (!request.structuredQuery) throw invalidArgument('a query is missing');
    const query = compileQuery(store.documents, request.parent ?? '', request.structuredQuery);
    const found = query.run();
    // From here the client learns the read time even if nothing was found.
    yield { readTime: readTime(), ...(query.offset > 0 ? { skippedResults: query.offset } : {}) };
    for (const document of found) yield { document: query.answer(document), readTime: readTime() };
  }

  function* runAggregation(request: RunAggregationQueryRequest) {
    refuseSnapshots(request);
    const { structuredQuery, aggregations = [] } = request.structuredAggregationQuery ?? {};
    if (!structuredQuery) throw invalidArgument('a query is missing');
    const found = compileQuery(store.documents, request.parent ?? '', structuredQuery).run().length;
    const results = aggregations.map(({ alias, count }, at) => {
      if (!count) throw unimplemented('an aggregation other than count');
      const integerValue = String(Math.min(found, Number(count.upTo?.value ?? Infinity)));
      return [alias ?? `field_${at + 1}`, { integerValue }];
    });
    yield { result: { aggregateFields: Object.fromEntries(results) }, readTime: readTime() };
  }

  function commit(request: CommitRequest): object {
    refuseSnapshots(request);
    const { micros, results } = store.commit(checkDatabase(request.database ?? ''), request.writes ?? []);
    return { writeResults: results, commitTime: toTimestamp(micros) };
  }

  return {
    unary: {
      Commit: commit,
      ListDocuments: (request: ListDocumentsRequest) => {
        refuseSnapshots(request);
        return listDocuments(store.documents, request);
      },
      ListCollectionIds: (request: ListCollectionIdsRequest) => {
        refuseSnapshots(request);
        return collectionIds(store.documents, request);
      },
      BeginTransaction: refuseTransactions,
      Rollback: refuseTransactions,
    },
    streaming: { BatchGetDocuments: batchGet, RunQuery: runQuery, RunAggregationQuery: runAggregation },
  };
}

const PAST = 'a read in the past (readTime)';

function refuseTransactions(): never {
  throw unimplemented('a transaction (commits with preconditions do all that mymlops needs)');
}

/** Only present data can be read, and only outside of transactions. */
function refuseSnapshots(request: object): void {
  if ('transaction' in request || 'newTransaction' in request) refuseTransactions();
  if ('readTime' in request) throw unimplemented(PAST);
  if ('explainOptions' in request) throw unimplemented('explaining a query');
}
