// Plays a sequence of calls on one server and tells it so that two servers can be compared: times by their order only.
import type { Cursor, Document, Timestamp, Write } from '../../../../../deploy/local/firestore/messages';
import type { Call, Precondition, WriteCall } from './calls';
import { canonical } from './canonical';
import { watch } from './listen';
import { DATABASE, nameOf } from './names';
import type { Answer, Wire } from './wire';

const NEVER: Timestamp = { seconds: '1', nanos: 0 };

/** What the server said to each call, and what a listener that was there from the beginning holds at the end. */
export async function play(wire: Wire, id: string, calls: readonly Call[], isWatched: boolean): Promise<unknown[]> {
  const database = `projects/local/databases/${id}`;
  const exchange = async (method: string, request: object): Promise<Answer> => {
    const text = JSON.stringify(request).replaceAll(`${DATABASE}/`, `${database}/`);
    const answer = await wire.call(
      method,
      { ...(JSON.parse(text) as object), ...databaseOf(method, database) },
      database,
    );
    return JSON.parse(JSON.stringify(answer, negativeZero).replaceAll(`${database}/`, `${DATABASE}/`)) as Answer;
  };
  const times = createTimes();
  const watched = isWatched ? await watch(wire, database) : undefined;
  const told: unknown[] = [];
  for (const call of calls) {
    const [method, request] = requestOf(call, times);
    const answer = await exchange(method, request);
    times.remember(call, answer);
    told.push({ call: method, ...tell(answer, times) });
  }
  if (watched) told.push({ listener: await watched.atEnd(() => exchange('Commit', watched.lastCommit)) });
  return told;
}

/** JSON has no negative zero. */
const negativeZero = (_key: string, value: unknown): unknown => (Object.is(value, -0) ? '-0' : value);

const databaseOf = (method: string, database: string): object =>
  ['Commit', 'BatchGetDocuments'].includes(method) ? { database } : {};

type Times = ReturnType<typeof createTimes>;

function createTimes() {
  const order: string[] = [];
  const ofDocument = new Map<string, Timestamp[]>();
  const keyOf = ({ seconds = '0', nanos = 0 }: Timestamp): string =>
    `${seconds.padStart(12, '0')}.${String(nanos).padStart(9, '0')}`;
  return {
    /** Number of the time among all that were reported: equal for equal ones; `late` where it goes back. */
    rank(time: Timestamp): number | 'late' {
      const key = keyOf(time);
      const known = order.indexOf(key);
      if (known >= 0) return known;
      if (order.some((earlier) => earlier > key)) return 'late';
      return order.push(key) - 1;
    },
    remember(call: Call, answer: Answer): void {
      if (call.kind !== 'commit' || answer.code !== 0 || !('messages' in answer)) return;
      const [{ writeResults = [] } = {}] = answer.messages as { writeResults?: { updateTime?: Timestamp }[] }[];
      for (const [at, { path }] of call.writes.entries()) {
        const time = writeResults[at]?.updateTime;
        if (time) ofDocument.set(path, [time, ...(ofDocument.get(path) ?? [])]);
      }
    },
    seen: (path: string, back: number): Timestamp => ofDocument.get(path)?.[back] ?? NEVER,
  };
}

function requestOf(call: Call, times: Times): [method: string, request: object] {
  switch (call.kind) {
    case 'commit':
      return ['Commit', { writes: call.writes.map((write) => writeOf(write, times)) }];
    case 'get':
      return ['BatchGetDocuments', { documents: call.paths.map(nameOf) }];
    case 'query': {
      const startAt: Cursor | undefined = call.after && { values: call.after, before: false };
      return ['RunQuery', { parent: parentOf(call.parent), structuredQuery: { ...call.query, startAt } }];
    }
    case 'collections':
      return ['ListCollectionIds', { parent: parentOf(call.parent), pageSize: 100 }];
  }
}

const parentOf = (path: string): string => (path === '' ? `${DATABASE}/documents` : nameOf(path));

function writeOf(write: WriteCall, times: Times): Write {
  const currentDocument = write.precondition && conditionOf(write.precondition, write.path, times);
  const name = nameOf(write.path);
  if (write.kind === 'delete') return { delete: name, currentDocument };
  const updateMask = write.kind === 'update' ? { fieldPaths: write.mask } : undefined;
  return { update: { name, fields: write.fields }, updateMask, currentDocument };
}

function conditionOf(precondition: Precondition, path: string, times: Times): Write['currentDocument'] {
  if ('exists' in precondition) return precondition;
  return { updateTime: 'seen' in precondition ? times.seen(path, precondition.seen) : NEVER };
}

interface Message {
  commitTime?: Timestamp;
  writeResults?: { updateTime?: Timestamp }[];
  found?: Document;
  missing?: string;
  document?: Document;
  collectionIds?: string[];
}

/** The message without what says nothing: read times, which each server has its own of. */
function tell(answer: Answer, times: Times): object {
  if (!('messages' in answer)) return { code: answer.code };
  const documentOf = ({ name, fields = {}, createTime = {}, updateTime = {} }: Document): object => ({
    ...{ name, fields: canonical(fields), created: times.rank(createTime), updated: times.rank(updateTime) },
  });
  const parts = (answer.messages as Message[]).flatMap((message): unknown[] => {
    if (message.commitTime) {
      const updated = (message.writeResults ?? []).map(({ updateTime }) => updateTime && times.rank(updateTime));
      return [{ updated }];
    }
    const document = message.found ?? message.document;
    if (document) return [documentOf(document)];
    if (message.missing) return [{ missing: message.missing }];
    return message.collectionIds ? [message.collectionIds] : [];
  });
  return { code: 0, parts };
}
