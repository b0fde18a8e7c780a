// Firestore behind the Runs port: documents in, documents out, no policy.
import { codeOf } from '@mymlops/google';
import {
  ATTEMPTS,
  CANARY,
  EVENT_DAYS,
  EVENTS,
  removedPath,
  RUNS,
  runPath,
  type Canary,
  type Endpoints,
  type Names,
  type RunDocument,
  type RunState,
} from '@mymlops/protocol';
import type * as Library from '@google-cloud/firestore';
import { removeAfterOf } from '../engine/run/retention';
import { summarize } from '../engine/run/status';
import type { Audit, Runs, StoredRun } from '../ports';
import { ALREADY_EXISTS, asStored, isConflict, versionOf } from './conditions';
import { openDatabase } from './database';
import { addLimit, openLimits } from './limits';
import { openRemoval } from './removal';

const PAGE = 300;
const DAY_MS = 86_400_000;
/** The next sweep goes on. */
const EXPIRED_PAGE = 100;

/** Fields of the document that can go away again, such as the phase of an ended run. */
const OPTIONAL_FIELDS = [
  'reason',
  'phase',
  'startedAt',
  'progress',
  'zone',
  'machine',
  'attempt',
  'resultsUrl',
  'slots',
  'removeAfter',
] as const;

export function openRuns(names: Names, local: () => Endpoints | undefined): Runs {
  const database = openDatabase(names, local);
  const { library, connect, within } = database;
  const removal = openRemoval(database);
  const documentOf = async (run: string): Promise<Library.DocumentReference> => (await connect()).doc(runPath(run));

  return {
    async load(run) {
      const snapshot = await within('Firestore get', (await documentOf(run)).get());
      const data = snapshot.data() as RunDocument | undefined;
      return data && storedRun(run, data, snapshot.updateTime);
    },

    async create(run, state) {
      const firestore = await connect();
      const batch = firestore.batch();
      batch.create(firestore.doc(runPath(run)), { ...topFields(state, names.bucket), ...state });
      // Deletes nothing: it makes the commit fail where the run was removed, also in this very moment.
      batch.delete(firestore.doc(removedPath(run)), { exists: false });
      try {
        await within('Firestore create', batch.commit());
        return 'created';
      } catch (error) {
        if (codeOf(error) !== ALREADY_EXISTS && !isConflict(error)) throw error;
        return (await removal.isRemoved(run)) ? 'removed' : 'exists';
      }
    },

    ...removal,

    async update(stored, state, { audit, moved = {}, limits = [] } = {}) {
      const { FieldValue, Timestamp } = await library();
      const firestore = await connect();
      const reference = firestore.doc(runPath(stored.run));
      const top = topFields(state, names.bucket);
      const read = asRead.get(stored);
      // Firestore takes no update without a field.
      const fields = { v: state.v, ...changedIn(top, read), ...changedIn(state, { ...stored.state }) };
      const gone = OPTIONAL_FIELDS.filter(
        (field) => !(field in top) && !(field in state) && (read === undefined || field in read),
      );
      const absent = Object.fromEntries(gone.map((field) => [field, FieldValue.delete()]));
      const write = async (withAudit?: Audit): Promise<void> => {
        const batch = firestore.batch();
        batch.update(reference, { ...absent, ...fields }, asStored(stored, Timestamp));
        for (const [number, attempt] of Object.entries(moved)) {
          batch.set(reference.collection(ATTEMPTS).doc(number.padStart(6, '0')), { v: 1, ...attempt });
        }
        for (const change of limits) addLimit(batch, change, firestore, Timestamp);
        if (withAudit)
          batch.create(reference.collection(EVENTS).doc(withAudit.id), {
            ...withAudit.document,
            expiresAt: new Date(Date.parse(withAudit.document.receivedAt) + EVENT_DAYS * DAY_MS),
          });
        await within('Firestore commit', batch.commit());
      };
      try {
        await write(audit).catch(async (error: unknown) => {
          if (!audit || codeOf(error) !== ALREADY_EXISTS) throw error;
          if (state !== stored.state) await write();
        });
        return true;
      } catch (error) {
        // Two runs made the same limit at once.
        if (isConflict(error) || (limits.length > 0 && codeOf(error) === ALREADY_EXISTS)) return false;
        throw error;
      }
    },

    async *live(): AsyncGenerator<StoredRun> {
      const query = (await connect()).collection(RUNS).where('live', '==', true).orderBy('__name__').limit(PAGE);
      let last: Library.QueryDocumentSnapshot | undefined;
      for (;;) {
        const page = await within('Firestore query', (last ? query.startAfter(last) : query).get());
        for (const snapshot of page.docs) {
          yield storedRun(snapshot.id, snapshot.data() as RunDocument, snapshot.updateTime);
        }
        last = page.docs.at(-1);
        if (page.size < PAGE) return;
      }
    },

    async hasLive() {
      const query = (await connect()).collection(RUNS).where('live', '==', true).select().limit(1);
      return !(await within('Firestore query', query.get())).empty;
    },

    async expired(at) {
      const query = (await connect()).collection(RUNS).where('removeAfter', '<=', at).select().limit(EXPIRED_PAGE);
      return (await within('Firestore query', query.get())).docs.map(({ id }) => id);
    },

    ...openLimits(database),

    async canary() {
      const found = await within('Firestore get', (await connect()).doc(CANARY).get());
      return found.data() as Canary | undefined;
    },

    async writeCanary(canary) {
      await within('Firestore set', (await connect()).doc(CANARY).set({ ...canary }));
    },
  };
}

/** The document of a run as it was read: its summary is no part of the state. A state that comes from elsewhere has none. */
const asRead = new WeakMap<StoredRun, Record<string, unknown>>();

function storedRun(run: string, data: RunDocument, updateTime: Library.Timestamp | undefined): StoredRun {
  const updatedAt = updateTime?.toDate().toISOString();
  const stored = { run, state: stateOf(data), version: versionOf(updateTime), updatedAt };
  asRead.set(stored, { ...data });
  return stored;
}

/** The update time vouches for what was read: fields that are the same need not be sent again. */
function changedIn(fields: object, known: Record<string, unknown> = {}): object {
  return Object.fromEntries(Object.entries(fields).filter(([name, value]) => value !== known[name]));
}

/** For the reader of the console, and for queries. */
function topFields(state: RunState, bucket: string): object {
  const removeAfter = removeAfterOf(state);
  return { ...summarize(state, bucket), ...(removeAfter && { removeAfter }) };
}

/** The part of the document that decisions are made on; the compiler misses a field that is forgotten here. */
const STATE_FIELDS = {
  v: true,
  request: true,
  acceptedAt: true,
  cancel: true,
  attempts: true,
  ledger: true,
  capacity: true,
  slots: true,
  end: true,
  results: true,
  publication: true,
  cleanedAt: true,
  removing: true,
} satisfies Record<keyof RunState, true>;

function stateOf(document: RunDocument): RunState {
  const fields = Object.entries(document).filter(
    ([name, value]) => Object.hasOwn(STATE_FIELDS, name) && value !== undefined,
  );
  return Object.fromEntries(fields) as unknown as RunState;
}
