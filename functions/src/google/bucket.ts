// Cloud Storage behind the Bucket port.
import {
  callDeadlineMs,
  lazily,
  objectPages,
  ONLY_NEW,
  openGoogleBucket,
  unlessAbsent,
  unlessExists,
  withDeadline,
} from '@mymlops/google';
import type { Endpoints } from '@mymlops/protocol';
import type { Bucket } from '../ports/bucket';

/** Deletions under way together: one each is a call of its own. */
const REMOVED_AT_ONCE = 50;
const TEXT = { resumable: false, contentType: 'text/plain; charset=utf-8' };

export function openBucketPort(bucket: { project: string; name: string }, local: () => Endpoints | undefined): Bucket {
  const connect = lazily(async () => openGoogleBucket(await import('./libraries/storage'), bucket, local()));
  const within = <T>(what: string, call: Promise<T>): Promise<T> => withDeadline(what, callDeadlineMs(local()), call);
  const listed = <T>(call: Promise<T>): Promise<T> => within('Storage list', call);
  return {
    async read(object, limitBytes) {
      const file = (await connect()).file(object);
      const found = await unlessAbsent(within('Storage get', file.getMetadata()));
      if (!found) return 'absent';
      if (Number(found[0].size) > limitBytes) return 'too-large';
      const content = await unlessAbsent(within('Storage download', file.download()));
      return content ? { text: content[0].toString('utf8') } : 'absent';
    },
    async write(object, text) {
      const file = (await connect()).file(object);
      await within('Storage upload', file.save(text, TEXT));
    },
    async create(object, text) {
      const file = (await connect()).file(object);
      return unlessExists(within('Storage upload', file.save(text, { ...TEXT, ...ONLY_NEW })));
    },
    async list(prefix) {
      const found: string[] = [];
      for await (const page of objectPages(await connect(), { prefix, fields: ['name'] }, listed)) {
        found.push(...page.map(({ name }) => name));
      }
      return found;
    },
    async newest(prefix, except) {
      const counts = (name: string): boolean => !except.some((start) => name.startsWith(prefix + start));
      let newest: string | undefined;
      for await (const page of objectPages(await connect(), { prefix, fields: ['name', 'updated'] }, listed)) {
        for (const { name, updated } of page) {
          if (counts(name) && (newest === undefined || updated > newest)) newest = updated;
        }
      }
      return newest;
    },
    async removeAll(prefix) {
      const opened = await connect();
      const remove = (name: string): Promise<unknown> =>
        within('Storage delete', opened.file(name).delete({ ignoreNotFound: true }));
      const query = { prefix, fields: ['name'], pageSize: REMOVED_AT_ONCE } as const;
      for await (const page of objectPages(opened, query, listed)) {
        await Promise.all(page.map(({ name }) => remove(name)));
      }
    },
  };
}
