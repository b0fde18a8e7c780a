// A bucket of Cloud Storage in memory. It has the objects that belong into it, and takes no others.
import { isLiveObject, SOURCE_OBJECT } from '@mymlops/protocol';
import type { Bucket } from '../../functions/src/ports/bucket';
import type { Ports } from '../../functions/src/ports/context';
import type { Snapshots } from '../../functions/src/ports/snapshots';
import type { FakeGoogle, Gate } from './fake-google';
import { inPages, pageAfter } from './pages';

/** Of an object without a time nobody knows how old it is: it is from now. */
export function fakeSnapshots(google: FakeGoogle, gate: Gate): Snapshots {
  const createdAt = (object: string): string => google.writtenAt.get(object) ?? new Date(google.nowMs).toISOString();
  return {
    list: (after = '', limit) =>
      gate('snapshots.list', () =>
        [...google.objects.keys()]
          .filter((object) => SOURCE_OBJECT.test(object) && object > after)
          .toSorted()
          .slice(0, limit)
          .map((object) => ({ object, generation: createdAt(object), createdAt: createdAt(object) })),
      ),
    remove: (object, generation) =>
      gate('snapshots.remove', () => {
        if (createdAt(object) === generation) google.objects.delete(object);
      }),
  };
}

/** Each with the calls that the functions may make there. */
export function fakeBuckets(google: FakeGoogle, gate: Gate): Pick<Ports, 'resultsBucket' | 'liveBucket'> {
  const { read, write, create, ...ofResults } = fakeBucket(google, gate, 'resultsBucket');
  const { list, newest, removeAll } = fakeBucket(google, gate, 'liveBucket');
  return {
    resultsBucket: { read, write, create, newest: ofResults.newest, removeAll: ofResults.removeAll },
    liveBucket: { list, newest, removeAll },
  };
}

function fakeBucket(google: FakeGoogle, gate: Gate, port: 'resultsBucket' | 'liveBucket'): Bucket {
  const { objects } = google;
  const isHere = (object: string): boolean => isLiveObject(object) === (port === 'liveBucket');
  const put = (object: string, text: string): void => {
    if (!isHere(object)) throw new Error(`${object} is not one for the ${port}`);
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
        const below = [...all.keys()].filter((name) => isHere(name) && name.startsWith(prefix));
        const page = pageAfter(below, String, { size, after });
        for (const name of page) act?.(name);
        return page;
      }),
    );
  };
  return {
    read: (object, limitBytes) =>
      gate(`${port}.read`, () => {
        const text = isHere(object) ? objects.get(object) : undefined;
        if (text === undefined) return 'absent' as const;
        return text.length > limitBytes ? ('too-large' as const) : { text };
      }),
    async removeAll(prefix) {
      const act = (name: string): void => void objects.delete(name);
      for await (const _ of namesIn(objects, { call: `${port}.removeAll`, prefix, act }));
    },
    write: (object, text) => gate(`${port}.write`, () => put(object, text)),
    create: (object, text) =>
      gate(`${port}.create`, () => {
        if (objects.has(object)) return false;
        put(object, text);
        return true;
      }),
    async list(prefix) {
      const found: string[] = [];
      for await (const name of namesIn(objects, { call: `${port}.list`, prefix })) found.push(name);
      return found.toSorted();
    },
    async newest(prefix, except) {
      const times: string[] = [];
      for await (const name of namesIn(google.writtenAt, { call: `${port}.newest`, prefix })) {
        const isMeant = !except.some((start) => name.startsWith(prefix + start));
        if (isMeant) times.push(google.writtenAt.get(name) ?? '');
      }
      return times.toSorted().at(-1);
    },
  };
}
