// Firestore behind the Runs port: documents in, documents out, no policy.
import {
  ATTEMPTS,
  CANARY,
  EVENTS,
  LAST_SWEEP,
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
import type * as Libraries from './libraries/firestore';
import { summarize } from '../engine/status';
import type { Audit, Runs, StoredRun } from '../ports';
import { ALREADY_EXISTS, asStored, codeOf, isConflict, versionOf } from './conditions';
import { deadlineMs, lazily } from './connection';
import { withDeadline } from './deadline';
import { openRemoval } from './removal';

const PAGE = 300;

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
] as const;

export function openRuns(names: Names, local: () => Endpoints | undefined): Runs {
  const library = lazily(() => import('./libraries/firestore'));
  const connect = lazily(async () => openDatabase(await library(), names, local()));
  const within = <T>(what: string, call: Promise<T>): Promise<T> => withDeadline(what, deadlineMs(local()), call);
  const removal = openRemoval({ library, connect, within });
  const documentOf = async (run: string): Promise<Library.DocumentReference> => (await connect()).doc(runPath(run));

  return {
    async load(run) {
      const snapshot = await within('Firestore get', (await documentOf(run)).get());
      const data = snapshot.data() as RunDocument | undefined;
      return data && { run, state: stateOf(data), version: versionOf(snapshot.updateTime) };
    },

    async create(run, state) {
      const database = await connect();
      const batch = database.batch();
      batch.create(database.doc(runPath(run)), { ...summarize(state, names.bucket), ...state });
      // Deletes nothing: it makes the commit fail where the run was removed, also in this very moment.
      batch.delete(database.doc(removedPath(run)), { exists: false });
      try {
        await within('Firestore create', batch.commit());
        return 'created';
      } catch (error) {
        if (codeOf(error) !== ALREADY_EXISTS && !isConflict(error)) throw error;
        return (await removal.isRemoved(run)) ? 'removed' : 'exists';
      }
    },

    ...removal,

    async update(stored, state, { audit, moved = {} } = {}) {
      const { FieldValue, Timestamp } = await library();
      const database = await connect();
      const reference = database.doc(runPath(stored.run));
      const absent = Object.fromEntries(OPTIONAL_FIELDS.map((field) => [field, FieldValue.delete()]));
      const write = async (withAudit?: Audit): Promise<void> => {
        const batch = database.batch();
        batch.update(
          reference,
          { ...absent, ...summarize(state, names.bucket), ...state },
          asStored(stored, Timestamp),
        );
        for (const [number, attempt] of Object.entries(moved)) {
          batch.set(reference.collection(ATTEMPTS).doc(number.padStart(6, '0')), { v: 1, ...attempt });
        }
        if (withAudit) batch.create(reference.collection(EVENTS).doc(withAudit.id), { ...withAudit.document });
        await within('Firestore commit', batch.commit());
      };
      try {
        await write(audit).catch(async (error: unknown) => {
          if (!audit || codeOf(error) !== ALREADY_EXISTS) throw error;
          if (state !== stored.state) await write();
        });
        return true;
      } catch (error) {
        if (isConflict(error)) return false;
        throw error;
      }
    },

    async *live(): AsyncGenerator<StoredRun> {
      const query = (await connect()).collection(RUNS).where('live', '==', true).orderBy('__name__').limit(PAGE);
      let last: Library.QueryDocumentSnapshot | undefined;
      for (;;) {
        const page = await within('Firestore query', (last ? query.startAfter(last) : query).get());
        for (const snapshot of page.docs) {
          const state = stateOf(snapshot.data() as RunDocument);
          yield { run: snapshot.id, state, version: versionOf(snapshot.updateTime) };
        }
        last = page.docs.at(-1);
        if (page.size < PAGE) return;
      }
    },

    async writeSweepReport(report) {
      await within('Firestore set', (await connect()).doc(LAST_SWEEP).set(report));
    },

    async canary() {
      const found = await within('Firestore get', (await connect()).doc(CANARY).get());
      return found.data() as Canary | undefined;
    },

    async writeCanary(canary) {
      await within('Firestore set', (await connect()).doc(CANARY).set({ ...canary }));
    },
  };
}

function openDatabase(library: typeof Libraries, names: Names, local?: Endpoints): Library.Firestore {
  return new library.Firestore({
    projectId: names.project,
    databaseId: names.database,
    ignoreUndefinedProperties: true,
    // A capital A: in lower case the library adds its own `Bearer owner` beside it.
    ...(local && {
      host: local.firestore,
      ssl: false,
      customHeaders: { Authorization: `Bearer ${local.token}` },
      // Else the library goes looking for a metadata server, although nothing here asks who we are.
      authClient: new library.PassThroughClient(),
    }),
  });
}

/** The part of the document that decisions are made on. */
function stateOf({
  v,
  request,
  acceptedAt,
  cancel,
  attempts,
  ledger,
  capacity,
  end,
  results,
  publication,
  cleanedAt,
  removing,
}: RunDocument): RunState {
  const state = {
    v,
    request,
    acceptedAt,
    cancel,
    attempts,
    ledger,
    capacity,
    end,
    results,
    publication,
    cleanedAt,
    removing,
  };
  return Object.fromEntries(Object.entries(state).filter(([, value]) => value !== undefined)) as unknown as RunState;
}
