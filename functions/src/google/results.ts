// Cloud Storage behind the Results port.
import type { Endpoints, Names } from '@mymlops/protocol';
import type { Bucket } from '@google-cloud/storage';
import type { Results } from '../ports';
import { deadlineMs, lazily } from './connection';
import { withDeadline } from './deadline';

/** Deletions under way together: one each is a call of its own. */
const REMOVED_AT_ONCE = 50;
const TEXT = { resumable: false, contentType: 'text/plain; charset=utf-8' };
const LIST_FIELDS = 'items(name),nextPageToken';
const NEWEST_FIELDS = 'items(name,updated),nextPageToken';

export function openResults(names: Names, local: () => Endpoints | undefined): Results {
  const connect = lazily(async () => openBucket(names, local()));
  const within = <T>(what: string, call: Promise<T>): Promise<T> => withDeadline(what, deadlineMs(local()), call);
  return {
    async read(object, limitBytes) {
      const file = (await connect()).file(object);
      try {
        const [metadata] = await within('Storage get', file.getMetadata());
        if (Number(metadata.size) > limitBytes) return 'too-large';
        const [bytes] = await within('Storage download', file.download());
        return { text: bytes.toString('utf8') };
      } catch (error) {
        if ((error as { code?: unknown }).code === 404) return 'absent';
        throw error;
      }
    },
    async write(object, text) {
      const file = (await connect()).file(object);
      await within('Storage upload', file.save(text, TEXT));
    },
    async create(object, text) {
      const file = (await connect()).file(object);
      try {
        await within('Storage upload', file.save(text, { ...TEXT, preconditionOpts: { ifGenerationMatch: 0 } }));
        return true;
      } catch (error) {
        if ((error as { code?: unknown }).code === 412) return false;
        throw error;
      }
    },
    async list(prefix) {
      const [files] = await within('Storage list', (await connect()).getFiles({ prefix, fields: LIST_FIELDS }));
      return files.map(({ name }) => name);
    },
    async newest(prefix) {
      const [files] = await within('Storage list', (await connect()).getFiles({ prefix, fields: NEWEST_FIELDS }));
      const times = files.map((file) => file.metadata.updated ?? '');
      return times.toSorted().at(-1) || undefined;
    },
    async removeAll(prefix) {
      const bucket = await connect();
      for (;;) {
        const page = { prefix, maxResults: REMOVED_AT_ONCE, autoPaginate: false };
        const [files] = await within('Storage list', bucket.getFiles(page));
        await Promise.all(files.map((file) => within('Storage delete', file.delete({ ignoreNotFound: true }))));
        if (files.length < REMOVED_AT_ONCE) return;
      }
    },
  };
}

async function openBucket(names: Names, local: Endpoints | undefined): Promise<Bucket> {
  const { Storage } = await import('./libraries/storage');
  if (!local) return new Storage({ projectId: names.project }).bucket(names.bucket);
  // Storage 7 carries version 9 of google-auth-library, which wants plain headers, where ours is version 10.
  const headers = { authorization: `Bearer ${local.token}` };
  const authClient = { getRequestHeaders: () => Promise.resolve(headers) };
  return new Storage({
    projectId: names.project,
    apiEndpoint: `http://${local.storage}`,
    useAuthWithCustomEndpoint: true,
    authClient: authClient as never,
  }).bucket(names.bucket);
}
