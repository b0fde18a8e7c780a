// Durable documents: a commit is in the journal before it is in memory, and in memory before it is acknowledged.
import { status } from '@grpc/grpc-js';
import { join } from 'node:path';
import { openJournal } from '../state/journal';
import type { ServiceOptions } from '../shared/service';
import { createDocuments, type Documents, type StoredDocument } from './documents';
import type { Fields, Write, WriteResult } from './messages';
import { type DocumentName, parseDocumentName } from './names';
import { StatusError } from './status';
import { createCommitClock, toTimestamp } from './times';
import { documentBytes } from './value-limits';
import { applyWrite, checkForm, targetOf } from './write';

/** A document before and after a commit; at least one of the two is set. */
export interface Change {
  name: DocumentName;
  before: StoredDocument | undefined;
  after: StoredDocument | undefined;
}

export interface Committed {
  micros: number;
  results: WriteResult[];
}

export interface FirestoreStore {
  documents: Pick<Documents, 'get' | 'collection' | 'collections' | 'all'>;
  /** Stores all writes or, throwing a StatusError, none. When it returns they are durable and the listeners were called. */
  commit(database: string, writes: readonly Write[]): Committed;
  /** The time of a read that happens now. */
  readMicros(): number;
  /** When a document was changed last. A read of that time or later sees the present. */
  changedMicros(): number;
  /** Calls `changed`, which must not throw, with the changes of each later commit. Returns a function that stops this. */
  listen(changed: (changes: readonly Change[]) => void): () => void;
  /** Number of listeners. */
  listeners(): number;
  close(): void;
}

/** A commit in the journal: whole documents as they are afterwards, and the names of deleted ones. */
interface Entry {
  at: number;
  set?: { name: string; created: number; fields: Fields }[];
  gone?: string[];
}

const COMPACTION_MIN_BYTES = 4 * 2 ** 20;
const COMPACTION_RATIO = 4;
/** Used at the start, where every unnecessary byte costs time and no commit waits. */
const COMPACTION_RATIO_AT_START = 2;
/** Bytes of a journal entry beyond the document's own size, roughly. */
const ENTRY_BYTES = 200;

export function openFirestoreStore(options: Pick<ServiceOptions, 'folder' | 'clock' | 'log'>): FirestoreStore {
  const documents = createDocuments();
  const clock = createCommitClock(options.clock);
  const listeners = new Set<(changes: readonly Change[]) => void>();
  // Sizes of all document images in the journal and of the live ones: their ratio tells when compacting pays.
  let journalledBytes = 0;
  let liveBytes = 0;
  let compactAboveBytes = COMPACTION_MIN_BYTES;

  let changedMicros = 0;

  function store(name: DocumentName, after: StoredDocument | undefined): void {
    liveBytes += weightOf(after) - weightOf(documents.get(name));
    journalledBytes += weightOf(after) || ENTRY_BYTES;
    if (after) documents.put(after);
    else documents.remove(name);
  }

  const journal = openJournal<Entry>(join(options.folder, 'commits.jsonl'), (entry) => {
    clock.atLeast(entry.at);
    changedMicros = Math.max(changedMicros, entry.at);
    for (const { name: full, created, fields } of entry.set ?? []) {
      const name = parseDocumentName(full);
      const bytes = documentBytes(name.path, fields);
      store(name, { name, fields, createdMicros: created, updatedMicros: entry.at, bytes });
    }
    for (const full of entry.gone ?? []) store(parseDocumentName(full), undefined);
  });

  function appendOrRefuse(entry: Entry): void {
    try {
      journal.append(entry);
    } catch (error) {
      options.log('ERROR', 'commit not stored', { cause: String(error) });
      throw new StatusError(status.RESOURCE_EXHAUSTED, `the commit could not be stored: ${String(error)}`);
    }
  }

  function compactWhenDue(ratio: number): void {
    if (journal.size() < compactAboveBytes || journalledBytes < ratio * liveBytes) return;
    try {
      journal.rewrite(liveEntries(documents));
      journalledBytes = liveBytes;
      compactAboveBytes = COMPACTION_MIN_BYTES;
    } catch (error) {
      compactAboveBytes = journal.size() + COMPACTION_MIN_BYTES; // not at every commit while the disk is full
      options.log('WARNING', 'journal not compacted', { cause: String(error) });
    }
  }

  compactWhenDue(COMPACTION_RATIO_AT_START);

  return {
    documents,
    readMicros: () => clock.read(),
    changedMicros: () => changedMicros,
    commit(database, writes) {
      const micros = clock.next();
      const { changes, results } = planCommit(documents, database, writes, micros);
      if (changes.length > 0) {
        appendOrRefuse(entryOf(changes, micros));
        changedMicros = micros;
        for (const { name, after } of changes) store(name, after);
        for (const changed of listeners) changed(changes);
        compactWhenDue(COMPACTION_RATIO);
      }
      return { micros, results };
    },
    listen(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    listeners: () => listeners.size,
    close: () => journal.close(),
  };
}

/** The changes that a commit would make; each write sees the ones before it. Throws if one cannot be applied. */
function planCommit(documents: Documents, database: string, writes: readonly Write[], micros: number) {
  const staged = new Map<string, Change>();
  // As on Google: the form of every write is checked before any precondition.
  const names = writes.map((write) => {
    checkForm(write);
    return targetOf(write, database);
  });
  const results = writes.map((write, at): WriteResult => {
    const name = names[at] ?? targetOf(write, database);
    const change = staged.get(name.path) ?? { name, before: documents.get(name), after: documents.get(name) };
    const { after, transformResults } = applyWrite(write, name, change.after, micros);
    staged.set(name.path, { ...change, after });
    return { updateTime: after && toTimestamp(after.updatedMicros), transformResults };
  });
  return { results, changes: [...staged.values()].filter(({ before, after }) => before !== after) };
}

function entryOf(changes: readonly Change[], micros: number): Entry {
  const entry: Entry = { at: micros };
  for (const { name, after } of changes) {
    if (after) (entry.set ??= []).push({ name: name.full, created: after.createdMicros, fields: after.fields });
    else (entry.gone ??= []).push(name.full);
  }
  return entry;
}

function* liveEntries(documents: Documents): Iterable<Entry> {
  for (const { name, fields, createdMicros, updatedMicros } of documents.all()) {
    yield { at: updatedMicros, set: [{ name: name.full, created: createdMicros, fields }] };
  }
}

const weightOf = (document: StoredDocument | undefined): number => (document ? document.bytes + ENTRY_BYTES : 0);
