// Firestore behind the Documents port: documents of any kind in and out, no policy.
import { codeOf } from '@mymlops/google';
import { EVENT_DAYS } from '@mymlops/protocol';
import type * as Library from '@google-cloud/firestore';
import type { Audit, DocumentSpec } from '../engine/document';
import type { Documents, DocumentStores, Stored } from '../ports/documents';
import { ALREADY_EXISTS, asStored, isConflict, versionOf } from './conditions';
import type { Database } from './database';
import { expiring } from './expiring';
import { openRemoval } from './removal';
import { addPool } from './slots';

const PAGE = 300;

/** One store a collection. */
export function openDocumentStores(database: Database): DocumentStores {
  const stores = new Map<string, Documents<never>>();
  return <State extends object>(spec: DocumentSpec<State>) => {
    const known = stores.get(spec.collection) as Documents<State> | undefined;
    if (known) return known;
    const store = openDocuments(spec, database);
    stores.set(spec.collection, store as unknown as Documents<never>);
    return store;
  };
}

type Fields = Record<string, unknown>;

function openDocuments<State extends object>(spec: DocumentSpec<State>, database: Database): Documents<State> {
  const { library, connect, within } = database;
  const { collection, tombstones } = spec;
  const removal = openRemoval<State>(spec, database);
  /** A document as it was read: its summary does not belong to the state. A state that comes from elsewhere has none. */
  const asRead = new WeakMap<Stored<State>, Fields>();

  const storedFrom = (id: string, data: Fields, updateTime: Library.Timestamp | undefined): Stored<State> => {
    const updatedAt = updateTime?.toDate().toISOString();
    const stored = { id, state: stateIn(data, spec), version: versionOf(updateTime), updatedAt };
    asRead.set(stored, { ...data });
    return stored;
  };

  return {
    async load(id) {
      const snapshot = await within('get', (await connect()).doc(`${collection}/${id}`).get());
      const data = snapshot.data();
      return data && storedFrom(id, data, snapshot.updateTime);
    },

    async create(id, state, summary) {
      const firestore = await connect();
      const batch = firestore.batch();
      batch.create(firestore.doc(`${collection}/${id}`), { ...summary, ...state });
      // Deletes nothing: it makes the commit fail where the document was removed, also in this very moment.
      batch.delete(firestore.doc(`${tombstones}/${id}`), { exists: false });
      try {
        await within(['create', 'delete'], batch.commit());
        return 'created';
      } catch (error) {
        if (codeOf(error) !== ALREADY_EXISTS && !isConflict(error)) throw error;
        return (await removal.isRemoved(id)) ? 'removed' : 'exists';
      }
    },

    ...removal,

    async update(stored, state, summary, { audit, archived = {}, pools = [] } = {}) {
      const libraries = await library();
      const { FieldValue, Timestamp } = libraries;
      const firestore = await connect();
      const reference = firestore.doc(`${collection}/${stored.id}`);
      const read = asRead.get(stored);
      const next: Fields = { ...summary, ...state };
      const gone = spec.optionalFields.filter((field) => !(field in next) && (read === undefined || field in read));
      const absent = Object.fromEntries(gone.map((field) => [field, FieldValue.delete()]));
      const write = async (withAudit?: Audit): Promise<void> => {
        const batch = firestore.batch();
        batch.update(
          reference,
          { ...absent, ...changedIn(next, { ...read, ...stored.state }, spec) },
          asStored(stored, Timestamp),
        );
        for (const [id, part] of Object.entries(archived)) {
          batch.set(reference.collection(spec.archive).doc(id), { v: 1, ...part });
        }
        for (const change of pools) addPool(batch, change, firestore, libraries);
        if (withAudit)
          batch.create(
            reference.collection(spec.audits).doc(withAudit.id),
            expiring(withAudit.document, withAudit.document.receivedAt, EVENT_DAYS),
          );
        await within(['update', 'create'], batch.commit());
      };
      try {
        await write(audit).catch(async (error: unknown) => {
          if (!audit || codeOf(error) !== ALREADY_EXISTS) throw error;
          if (state !== stored.state) await write();
        });
        return true;
      } catch (error) {
        // Two made the same slot pool at once.
        if (isConflict(error) || (pools.length > 0 && codeOf(error) === ALREADY_EXISTS)) return false;
        throw error;
      }
    },

    async *live(): AsyncGenerator<Stored<State>> {
      const query = (await connect()).collection(collection).where('live', '==', true).orderBy('__name__').limit(PAGE);
      let last: Library.QueryDocumentSnapshot | undefined;
      for (;;) {
        const page = await within('query', (last ? query.startAfter(last) : query).get());
        for (const snapshot of page.docs) yield storedFrom(snapshot.id, snapshot.data(), snapshot.updateTime);
        last = page.docs.at(-1);
        if (page.size < PAGE) return;
      }
    },

    async hasLive() {
      const query = (await connect()).collection(collection).where('live', '==', true).select().limit(1);
      return !(await within('query', query.get())).empty;
    },

    async isNamed(object) {
      const all = (await connect()).collection(collection);
      const query = all.where('snapshot', 'array-contains', object).select().limit(1);
      return !(await within('query', query.get())).empty;
    },

    async expired(at, limit) {
      const all = (await connect()).collection(collection);
      const query = all.where('removeAfter', '<=', at).select().limit(limit);
      return (await within('query', query.get())).docs.map(({ id }) => id);
    },
  };
}

/** The update time vouches for what was read: fields that are the same need not be sent again. */
function changedIn<State>(fields: Fields, known: Fields, { stateFields }: DocumentSpec<State>): Fields {
  const changed = Object.entries(fields).filter(([name, value]) => value !== known[name]);
  if (changed.length > 0) return Object.fromEntries(changed);
  // Firestore takes no update without a field.
  const [first = ''] = Object.keys(stateFields);
  return { [first]: fields[first] };
}

/** The part of a document that decisions are made on. */
function stateIn<State extends object>(data: Fields, { stateFields, inTodaysForm }: DocumentSpec<State>): State {
  const today = inTodaysForm ? inTodaysForm(data as State) : data;
  const fields = Object.entries(today).filter(
    ([name, value]) => Object.hasOwn(stateFields, name) && value !== undefined,
  );
  return Object.fromEntries(fields) as State;
}
