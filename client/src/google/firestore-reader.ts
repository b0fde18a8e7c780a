// Reads documents over Firestore's REST API (https://cloud.google.com/firestore/docs/reference/rest).
import { type Fields, fromFields } from './firestore-values';
import { withPermissionsNamed } from '@mymlops/google';
import { databaseName, FIRESTORE_CALLS } from '@mymlops/protocol';
import type { Rest } from './rest';

export interface FoundDocument {
  id: string;
  fields: Record<string, unknown>;
}

export interface Query {
  /** Path below the database. */
  collection: string;
  where?: { field: string; equals: string | boolean };
  /** Only these fields; by default all. */
  select?: readonly string[];
  /** Fields, the one that counts most first; `__name__` is the document's id. They make a total order. */
  orderBy: readonly string[];
  isDescending?: boolean;
  limit?: number;
}

export interface FirestoreReader {
  /** Null if there is no such document. */
  get(path: string): Promise<Record<string, unknown> | null>;
  find(query: Query): Promise<FoundDocument[]>;
}

export interface ReaderOptions {
  rest: Rest;
  project: string;
  database: string;
  /** Gives a call its deadline. */
  answered: <T>(call: Promise<T>) => Promise<T>;
}

/** Documents in one answer: a run's document is at most 1 MiB, and an answer becomes one text. */
const PAGE = 200;

interface StoredDocument {
  name: string;
  fields?: Fields;
}

export function openReader({ rest, project, database, answered }: ReaderOptions): FirestoreReader {
  const on = databaseName(project, database);
  const root = `${on}/documents`;
  const documentsIn = async (path: string, body: object, key: 'found' | 'document'): Promise<StoredDocument[]> => {
    const permissions = FIRESTORE_CALLS[key === 'found' ? 'BatchGetDocuments' : 'RunQuery'];
    const call = withPermissionsNamed({ permissions, on }, rest(`/v1/${path}`, body));
    const answers = (await answered(call)) as Partial<Record<typeof key, StoredDocument>>[];
    // An answer may also hold nothing but the time of reading.
    return answers.flatMap((answer) => answer[key] ?? []);
  };
  return {
    async get(path) {
      const [found] = await documentsIn(`${root}:batchGet`, { documents: [`${root}/${path}`] }, 'found');
      return found ? fromFields(found.fields) : null;
    },
    async find(query) {
      const { limit = Infinity } = query;
      const [collectionId, ...above] = query.collection.split('/').toReversed();
      const parent = [root, ...above.toReversed()].join('/');
      const found: FoundDocument[] = [];
      let last: StoredDocument | undefined;
      for (;;) {
        const size = Math.min(PAGE, limit - found.length);
        const structuredQuery = { from: [{ collectionId }], ...clausesOf(query, last), limit: size };
        const page = await documentsIn(`${parent}:runQuery`, { structuredQuery }, 'document');
        found.push(...page.map(({ name, fields }) => ({ id: idOf(name), fields: fromFields(fields) })));
        last = page.at(-1);
        if (page.length < size || found.length >= limit) return found;
      }
    },
  };
}

const idOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

const valueOf = (value: string | boolean): object =>
  typeof value === 'boolean' ? { booleanValue: value } : { stringValue: value };

/** The query from `after` on. */
function clausesOf({ where, select, orderBy, isDescending }: Query, after: StoredDocument | undefined): object {
  const direction = isDescending ? 'DESCENDING' : 'ASCENDING';
  const field = (fieldPath: string) => ({ fieldPath });
  return {
    ...(select && { select: { fields: select.map(field) } }),
    ...(where && {
      where: { fieldFilter: { field: field(where.field), op: 'EQUAL', value: valueOf(where.equals) } },
    }),
    orderBy: orderBy.map((name) => ({ field: field(name), direction })),
    ...(after && {
      startAt: {
        values: orderBy.map((name) => (name === '__name__' ? { referenceValue: after.name } : after.fields?.[name])),
        before: false,
      },
    }),
  };
}
