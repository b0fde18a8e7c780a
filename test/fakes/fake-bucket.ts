// Cloud Storage in memory.
import type { Bucket } from '../../functions/src/ports/bucket';
import type { FakeGoogle, Gate } from './fake-google';
import { inPages, pageAfter } from './pages';

export function fakeBucket(google: FakeGoogle, gate: Gate): Bucket {
  const { objects } = google;
  const put = (object: string, text: string): void => {
    objects.set(object, text);
    google.writtenAt.set(object, new Date(google.nowMs).toISOString());
  };
  /** Names below a prefix, of what `all` has when a page is read; `act` is done to those of the page at once. */
  const namesIn = (
    all: Map<string, string>,
    { call, prefix, act }: { call: string; prefix: string; act?: (name: string) => void },
  ): AsyncIterable<string> => {
    const size = google.pageSize;
    return inPages(size, String, (after) =>
      gate(call, () => {
        const below = [...all.keys()].filter((name) => name.startsWith(prefix));
        const page = pageAfter(below, String, { size, after });
        for (const name of page) act?.(name);
        return page;
      }),
    );
  };
  return {
    read: (object, limitBytes) =>
      gate('bucket.read', () => {
        const text = objects.get(object);
        if (text === undefined) return 'absent' as const;
        return text.length > limitBytes ? ('too-large' as const) : { text };
      }),
    async removeAll(prefix) {
      const act = (name: string): void => void objects.delete(name);
      for await (const _ of namesIn(objects, { call: 'bucket.removeAll', prefix, act }));
    },
    write: (object, text) => gate('bucket.write', () => put(object, text)),
    create: (object, text) =>
      gate('bucket.create', () => {
        if (objects.has(object)) return false;
        put(object, text);
        return true;
      }),
    async list(prefix) {
      const found: string[] = [];
      for await (const name of namesIn(objects, { call: 'bucket.list', prefix })) found.push(name);
      return found.toSorted();
    },
    async newest(prefix, except) {
      const times: string[] = [];
      for await (const name of namesIn(google.writtenAt, { call: 'bucket.newest', prefix })) {
        const isMeant = !except.some((start) => name.startsWith(prefix + start));
        if (isMeant) times.push(google.writtenAt.get(name) ?? '');
      }
      return times.toSorted().at(-1);
    },
  };
}
