// A listener as the client has one: to one document, and to the live runs.
import type { Document, Timestamp } from '../../../../../deploy/local/firestore/messages';
import { canonical } from './canonical';
import { DATABASE, nameOf } from './names';
import type { Answer, Wire } from './wire';

interface Heard {
  targetChange?: { targetChangeType?: string; targetIds?: number[]; readTime?: Timestamp };
  documentChange?: { document: Document; targetIds?: number[]; removedTargetIds?: number[] };
  documentDelete?: { document: string; removedTargetIds?: number[] };
  documentRemove?: { document: string; removedTargetIds?: number[] };
}

export interface Watched {
  /** Changes what is listened to, so that the end shows. */
  lastCommit: object;
  /** Makes the last commit and waits until it was heard; what each target holds then. */
  atEnd(commit: () => Promise<Answer>): Promise<unknown>;
}

const LAST = 'runs/last';
const [DOCUMENTS, LIVE] = [2, 4];

/** Resolves when both targets are current. */
export async function watch(wire: Wire, database: string): Promise<Watched> {
  const held = new Map([DOCUMENTS, LIVE].map((target) => [target, new Map<string, unknown>()]));
  const current = new Set<number>();
  let changed: () => void = () => undefined;
  let failed: (error: Error) => void = () => undefined;
  let isSettled = false;
  const here = (name: string): string => name.replace(`${database}/`, `${DATABASE}/`);
  const forget = (name: string, targets: number[] = []): void => {
    for (const target of targets) held.get(target)?.delete(here(name));
  };
  const stream = wire.listen(database);
  stream
    .on('data', ({ targetChange, documentChange, documentDelete, documentRemove }: Heard) => {
      isSettled =
        targetChange?.targetChangeType === 'NO_CHANGE' ||
        (targetChange !== undefined && !targetChange.targetChangeType);
      if (targetChange?.targetChangeType === 'CURRENT') for (const id of targetChange.targetIds ?? []) current.add(id);
      // What Google's emulator says where a document leaves a query: all that is still in it follows.
      if (targetChange?.targetChangeType === 'RESET')
        for (const id of targetChange.targetIds ?? []) held.get(id)?.clear();
      if (documentChange) {
        const { name, fields = {} } = documentChange.document;
        const text = JSON.stringify(fields, (_key, value: unknown) => (Object.is(value, -0) ? '-0' : value));
        const seen = canonical(JSON.parse(text.replaceAll(`${database}/`, `${DATABASE}/`)));
        for (const target of documentChange.targetIds ?? []) held.get(target)?.set(here(name), seen);
        forget(name, documentChange.removedTargetIds);
      }
      if (documentDelete) forget(documentDelete.document, documentDelete.removedTargetIds);
      if (documentRemove) forget(documentRemove.document, documentRemove.removedTargetIds);
      changed();
    })
    .on('error', (error) => failed(error));
  const until = (condition: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      failed = reject;
      changed = () => condition() && resolve();
      changed();
    });
  const documents = ['runs/a', LAST].map((path) => nameOf(path).replace(DATABASE, database));
  const field = { fieldPath: 'live' };
  const where = { fieldFilter: { field, op: 'EQUAL', value: { booleanValue: true } } };
  const structuredQuery = { from: [{ collectionId: 'runs' }], where };
  stream.write({ database, addTarget: { targetId: DOCUMENTS, documents: { documents } } });
  stream.write({
    database,
    addTarget: { targetId: LIVE, query: { parent: `${database}/documents`, structuredQuery } },
  });
  await until(() => current.size === 2);
  const last = nameOf(LAST);
  return {
    lastCommit: { writes: [{ update: { name: last, fields: { live: { booleanValue: true } } } }] },
    async atEnd(commit) {
      await commit();
      await until(() => isSettled && [...held.values()].every((documents) => documents.has(last)));
      stream.cancel();
      failed = () => undefined;
      const told = [...held].map(([target, of]) => [target, [...of].toSorted(([a], [b]) => (a < b ? -1 : 1))]);
      return Object.fromEntries(told) as unknown;
    },
  };
}
