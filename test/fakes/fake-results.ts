// Cloud Storage in memory.
import type { Results } from '../../functions/src/ports';
import type { FakeGoogle, Gate } from './google';

export function fakeResults(google: FakeGoogle, gate: Gate): Results {
  const { objects } = google;
  const put = (object: string, text: string): void => {
    objects.set(object, text);
    google.writtenAt.set(object, new Date(google.nowMs).toISOString());
  };
  return {
    read: (object, limitBytes) =>
      gate('results.read', () => {
        const text = objects.get(object);
        if (text === undefined) return 'absent' as const;
        return text.length > limitBytes ? ('too-large' as const) : { text };
      }),
    removeAll: (prefix) =>
      gate('results.removeAll', () => {
        for (const name of objects.keys()) if (name.startsWith(prefix)) objects.delete(name);
      }),
    write: (object, text) => gate('results.write', () => put(object, text)),
    create: (object, text) =>
      gate('results.create', () => {
        if (objects.has(object)) return false;
        put(object, text);
        return true;
      }),
    list: (prefix) =>
      gate('results.list', () => [...objects.keys()].filter((name) => name.startsWith(prefix)).toSorted()),
    newest: (prefix) =>
      gate('results.newest', () =>
        [...google.writtenAt]
          .flatMap(([object, at]) => (object.startsWith(prefix) ? [at] : []))
          .toSorted()
          .at(-1),
      ),
  };
}
