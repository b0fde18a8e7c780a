// Cloud Storage behind the Snapshots port.
import { callDeadlineMs, codeOf, lazily, objectPages, openGoogleBucket, withDeadline } from '@mymlops/google';
import { SOURCE_OBJECT, SOURCES, type Endpoints } from '@mymlops/protocol';
import type { Snapshots, StoredSnapshot } from '../ports/snapshots';

const FIELDS = ['name', 'generation', 'timeCreated'] as const;

export function openSnapshots(
  bucket: { project: string; name: string },
  local: () => Endpoints | undefined,
): Snapshots {
  const connect = lazily(async () => openGoogleBucket(await import('./libraries/storage'), bucket, local()));
  const within = <T>(what: string, call: Promise<T>): Promise<T> => withDeadline(what, callDeadlineMs(local()), call);
  return {
    async list(after, limit) {
      const found: StoredSnapshot[] = [];
      // It begins with `after` itself where that is still there. Google may answer with a shorter page.
      const query = { prefix: SOURCES, from: after, fields: FIELDS, pageSize: limit + 1 } as const;
      for await (const page of objectPages(await connect(), query, (call) => within('Storage list', call))) {
        for (const { name, generation, timeCreated } of page) {
          if (name !== after && SOURCE_OBJECT.test(name))
            found.push({ object: name, generation, createdAt: timeCreated });
        }
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    },
    async remove(object, generation) {
      const file = (await connect()).file(object);
      // The generation is a condition: without one, the library would not send the call again where its answer was lost.
      await within('Storage delete', file.delete({ ifGenerationMatch: generation })).catch((error: unknown) => {
        if (codeOf(error) !== 404 && codeOf(error) !== 412) throw error;
      });
    },
  };
}
