// The documents in memory, by database and collection, each collection in the order of its ids.
import type { Fields } from './messages';
import type { DocumentName } from './names';
import { compareText } from './text-order';

/** Never changed once stored: a write creates a new one. */
export interface StoredDocument {
  name: DocumentName;
  fields: Fields;
  createdMicros: number;
  updatedMicros: number;
  bytes: number;
}

export interface Collection {
  path: string;
  /** Ids in ascending order. */
  ids: string[];
  documents: Map<string, StoredDocument>;
}

export interface Documents {
  get(name: DocumentName): StoredDocument | undefined;
  put(document: StoredDocument): void;
  remove(name: DocumentName): void;
  collection(database: string, path: string): Collection | undefined;
  collections(database: string): Iterable<Collection>;
  all(): Iterable<StoredDocument>;
}

export function createDocuments(): Documents {
  const databases = new Map<string, Map<string, Collection>>();

  function collectionFor(name: DocumentName): Collection {
    const database = databases.get(name.database) ?? new Map<string, Collection>();
    databases.set(name.database, database);
    const collection = database.get(name.collection) ?? { path: name.collection, ids: [], documents: new Map() };
    database.set(name.collection, collection);
    return collection;
  }

  return {
    get: (name) => databases.get(name.database)?.get(name.collection)?.documents.get(name.id),
    put(document) {
      const { ids, documents } = collectionFor(document.name);
      const { id } = document.name;
      if (!documents.has(id)) ids.splice(positionOf(ids, id), 0, id);
      documents.set(id, document);
    },
    remove(name) {
      const collection = databases.get(name.database)?.get(name.collection);
      if (!collection?.documents.delete(name.id)) return;
      collection.ids.splice(positionOf(collection.ids, name.id), 1);
      if (collection.ids.length === 0) databases.get(name.database)?.delete(name.collection);
    },
    collection: (database, path) => databases.get(database)?.get(path),
    collections: (database) => databases.get(database)?.values() ?? [],
    *all() {
      for (const database of databases.values()) {
        for (const collection of database.values()) yield* collection.documents.values();
      }
    },
  };
}

/** The index at which `id` is, or belongs, in the sorted `ids`. */
function positionOf(ids: readonly string[], id: string): number {
  const last = ids.at(-1);
  if (last === undefined || compareText(last, id) < 0) return ids.length; // run ids grow with time
  let [low, high] = [0, ids.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareText(ids[middle] ?? '', id) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
