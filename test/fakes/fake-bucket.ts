// Cloud Storage in memory.
import type { Bucket } from '../../functions/src/ports/bucket';
import type { FakeGoogle, Gate } from './fake-google';

export function fakeBucket(google: FakeGoogle, gate: Gate): Bucket {
  const { objects } = google;
  const put = (object: string, text: string): void => {
    objects.set(object, text);
    google.writtenAt.set(object, new Date(google.nowMs).toISOString());
  };
  return {
    read: (object, limitBytes) =>
      gate('bucket.read', () => {
        const text = objects.get(object);
        if (text === undefined) return 'absent' as const;
        return text.length > limitBytes ? ('too-large' as const) : { text };
      }),
    removeAll: (prefix) =>
      gate('bucket.removeAll', () => {
        for (const name of objects.keys()) if (name.startsWith(prefix)) objects.delete(name);
      }),
    write: (object, text) => gate('bucket.write', () => put(object, text)),
    create: (object, text) =>
      gate('bucket.create', () => {
        if (objects.has(object)) return false;
        put(object, text);
        return true;
      }),
    list: (prefix) =>
      gate('bucket.list', () => [...objects.keys()].filter((name) => name.startsWith(prefix)).toSorted()),
    newest: (prefix, except) =>
      gate('bucket.newest', () =>
        [...google.writtenAt]
          .filter(([object]) => object.startsWith(prefix) && !except.some((start) => object.startsWith(prefix + start)))
          .map(([, at]) => at)
          .toSorted()
          .at(-1),
      ),
  };
}
