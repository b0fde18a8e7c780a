// Listen: a stream on which a client adds targets (a query, or documents by name) and gets their changes.
import { status } from '@grpc/grpc-js';
import type { Clock, Timer } from '../shared/clock';
import type { StoredDocument } from './documents';
import type { ListenRequest } from './messages';
import { checkDatabase, type DocumentName, parseDocumentName } from './names';
import { compileAnswer, compileQuery, type Query } from './query';
import { invalidArgument, StatusError } from './status';
import type { Change, FirestoreStore } from './store';
import { toTimestamp } from './times';

type AddTarget = NonNullable<ListenRequest['addTarget']>;

/** A target: its query or documents, and the documents that the client has of it. */
interface Target {
  id: number;
  query: Pick<Query, 'covers' | 'matches' | 'isWindow' | 'run' | 'answer'>;
  sent: Map<string, StoredDocument>;
}

export interface ListenStream {
  /**
   * Throws a StatusError, which ends the stream. A target that cannot be added, for one where `checkCaller` throws, is removed
   * again, with the cause.
   */
  receive(request: ListenRequest, checkCaller: () => void): void;
  close(): void;
}

// Google's client takes a stream without messages for 2 minutes for a dead one.
const HEARTBEAT_MS = 45_000;

export interface ListenEnvironment {
  store: FirestoreStore;
  clock: Clock;
  send: (response: object) => void;
  /** A target was refused; the stream continues. */
  refused: (error: StatusError) => void;
  /** Runs what no call on this stream waits for, so that nobody could catch its error: an error ends the stream. */
  isolate: (act: () => void) => void;
}

export function openListenStream({ store, clock, send, refused, isolate }: ListenEnvironment): ListenStream {
  const targets = new Map<number, Target>();
  let heartbeat: Timer | undefined;

  /** Everything sent so far is one consistent state, that of now. */
  function sendConsistent(): void {
    const micros = store.readMicros();
    send({ targetChange: { readTime: toTimestamp(micros), resumeToken: resumeTokenOf(micros) } });
    heartbeat?.cancel();
    heartbeat = clock.after(HEARTBEAT_MS, () => isolate(sendConsistent));
  }

  function addTarget(request: AddTarget, database: string): void {
    const target = compileTarget(store, request, database);
    if (targets.has(target.id)) throw invalidArgument(`target ${target.id} exists already`);
    targets.set(target.id, target);
    const targetIds = [target.id];
    send({ targetChange: { targetChangeType: 'ADD', targetIds } });
    // There is no history to resume from: the client drops what it has, and gets everything again.
    const isResumed = request.resumeToken !== undefined || request.readTime !== undefined;
    if (isResumed) send({ targetChange: { targetChangeType: 'RESET', targetIds } });
    for (const document of target.query.run()) sendDocument(target, document);
    const micros = store.readMicros();
    const resumeToken = resumeTokenOf(micros);
    send({ targetChange: { targetChangeType: 'CURRENT', targetIds, readTime: toTimestamp(micros), resumeToken } });
    sendConsistent();
    if (request.once) removeTarget(target.id);
  }

  /** Google's client reads the cause from a removed target; it takes an error of the whole stream for a lost connection. */
  function tryTarget(request: AddTarget, database: string, checkCaller: () => void): void {
    try {
      checkCaller();
      addTarget(request, database);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      const cause = { code: error.code, message: error.message };
      send({ targetChange: { targetChangeType: 'REMOVE', targetIds: [request.targetId ?? 0], cause } });
      refused(error);
    }
  }

  function removeTarget(id: number): void {
    if (targets.delete(id)) send({ targetChange: { targetChangeType: 'REMOVE', targetIds: [id] } });
  }

  function sendDocument(target: Target, document: StoredDocument): void {
    target.sent.set(document.name.full, document);
    send({ documentChange: { document: target.query.answer(document), targetIds: [target.id] } });
  }

  function sendLoss(target: Target, name: string, isDeleted: boolean): void {
    target.sent.delete(name);
    const loss = { document: name, removedTargetIds: [target.id], readTime: toTimestamp(store.readMicros()) };
    send(isDeleted ? { documentDelete: loss } : { documentRemove: loss });
  }

  /** Returns whether anything of the target changed. */
  function update(target: Target, changes: readonly Change[]): boolean {
    const covered = changes.filter(({ name }) => target.query.covers(name));
    if (covered.length === 0) return false;
    const deleted = new Set(covered.filter(({ after }) => !after).map(({ name }) => name.full));
    const { gained, lost } = target.query.isWindow
      ? compareWindow(target, target.query.run())
      : compareChanges(target, covered);
    for (const name of lost) sendLoss(target, name, deleted.has(name));
    for (const document of gained) sendDocument(target, document);
    return gained.length > 0 || lost.length > 0;
  }

  /** Sends the changes of a commit. The commit is stored already: an error here concerns this stream only. */
  function tell(changes: readonly Change[]): void {
    const isChanged = [...targets.values()].map((target) => update(target, changes)).includes(true);
    if (isChanged) sendConsistent();
  }

  const stopListening = store.listen((changes) => isolate(() => tell(changes)));

  return {
    receive(request, checkCaller) {
      if (request.addTarget) tryTarget(request.addTarget, checkDatabase(request.database ?? ''), checkCaller);
      else if (request.removeTarget !== undefined) removeTarget(request.removeTarget);
      else throw invalidArgument('neither a target to add nor one to remove');
    },
    close() {
      stopListening();
      heartbeat?.cancel();
    },
  };
}

function compareChanges(target: Target, changes: readonly Change[]) {
  const isIn = (document: StoredDocument | undefined): boolean =>
    document !== undefined && target.query.matches(document);
  const gained = changes.flatMap(({ after }) => (after && isIn(after) ? [after] : []));
  const lost = changes
    .filter(({ name, after }) => target.sent.has(name.full) && !isIn(after))
    .map(({ name }) => name.full);
  return { gained, lost };
}

function compareWindow(target: Target, now: readonly StoredDocument[]) {
  const names = new Set(now.map(({ name }) => name.full));
  return {
    gained: now.filter((document) => target.sent.get(document.name.full) !== document),
    lost: [...target.sent.keys()].filter((name) => !names.has(name)),
  };
}

function compileTarget(store: FirestoreStore, request: AddTarget, database: string): Target {
  const { targetId: id = 0, query, documents } = request;
  if (id <= 0) throw invalidArgument('a target needs a positive id');
  if (query?.structuredQuery) {
    const compiled = compileQuery(store.documents, query.parent ?? '', query.structuredQuery);
    return { id, query: compiled, sent: new Map() };
  }
  const names = (documents?.documents ?? []).map((name) => parseDocumentName(name, database));
  if (names.length === 0) throw new StatusError(status.INVALID_ARGUMENT, 'a target needs a query or documents');
  return { id, query: documentsQuery(store, names), sent: new Map() };
}

function documentsQuery(store: FirestoreStore, names: readonly DocumentName[]): Target['query'] {
  const wanted = new Set(names.map(({ full }) => full));
  return {
    covers: ({ full }) => wanted.has(full),
    matches: () => true,
    isWindow: false,
    run: () => names.flatMap((name) => store.documents.get(name) ?? []),
    answer: compileAnswer(undefined),
  };
}

const resumeTokenOf = (micros: number): string => Buffer.from(String(micros)).toString('base64');
