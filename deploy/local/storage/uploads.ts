// The three kinds of upload: media (the body is the content), multipart (metadata and content), resumable (in chunks).
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../shared/clock';
import { HttpError, readJson, sendJson } from '../shared/http';
import { announcedHashes, attributesOf, checkHashes } from './attributes';
import { conditionsOf } from './conditions';
import type { UploadBuffer } from './upload-buffer';
import { openUploadBuffer, receiveAll } from './upload-buffer';
import { readMultipart } from './multipart';
import type { CallRights } from './permissions';
import { objectResource, partial } from './resources';
import type { Session, UploadStart } from './resumable';
import { contentRangeOf, createSessions } from './resumable';
import type { ObjectStore, StoredObject } from './store';

/** A request to store an object. Its caller may create one in this bucket. */
export interface UploadCall {
  request: IncomingMessage;
  response: ServerResponse;
  query: URLSearchParams;
  bucket: string;
  rights: Pick<CallRights, 'requireOverwrite'>;
}

export interface Uploads {
  /** POST of any upload type. */
  begin(call: UploadCall): Promise<void>;
  /** PUT of a resumable upload's chunk. */
  resume(call: UploadCall): Promise<void>;
  /** DELETE of a resumable upload. */
  cancel(call: UploadCall): Promise<void>;
  close(): Promise<void>;
}

const METADATA_LIMIT_BYTES = 128 * 1024;
const CANCELLED = 499;

export function createUploads(store: ObjectStore, clock: Clock, address: () => string): Uploads {
  const sessions = createSessions(clock);

  const startOf = (call: UploadCall, resource: Record<string, unknown>, contentType?: string): UploadStart => {
    const name = call.query.get('name') ?? resource['name'];
    if (typeof name !== 'string') throw new HttpError(400, 'required', 'the object needs a name');
    const attributes = attributesOf({ contentType, ...resource });
    const hashes = announcedHashes(resource, call.request.headers);
    const start = { address: { bucket: call.bucket, name }, attributes, conditions: conditionsOf(call.query), hashes };
    checkPut(call, start);
    return start;
  };

  /** A condition that does not hold comes first: such a call would overwrite nothing. */
  const checkPut = ({ rights }: UploadCall, { address: to, conditions }: UploadStart): void => {
    store.checkPut(to, conditions);
    if (store.has(to)) rights.requireOverwrite(to.bucket);
  };

  const finish = async (call: UploadCall, buffer: UploadBuffer, start: UploadStart): Promise<StoredObject> => {
    const content = await buffer.finish();
    checkHashes(content, start.hashes);
    checkPut(call, start); // another upload may have been faster
    return store.put(start.address, content, start.attributes, start.conditions);
  };

  /** Receives everything or nothing. */
  const storeAtOnce = async (
    call: UploadCall,
    start: UploadStart,
    content: AsyncIterable<Uint8Array>,
  ): Promise<void> => {
    const buffer = await openUploadBuffer(store.incomingFile());
    try {
      await receiveAll(content, buffer);
      answer(call, await finish(call, buffer, start));
    } catch (error) {
      await buffer.discard();
      throw error;
    }
  };

  const answer = ({ response, query }: UploadCall, object: StoredObject): void =>
    sendJson(response, 200, partial(objectResource(object, address()), query.get('fields')));

  const beginResumable = async (call: UploadCall): Promise<void> => {
    const resource = await readJson(call.request, METADATA_LIMIT_BYTES);
    const contentType = call.request.headers['x-upload-content-type'];
    const start = startOf(call, resource, typeof contentType === 'string' ? contentType : undefined);
    const { id } = sessions.begin(start, await openUploadBuffer(store.incomingFile()));
    const path = `/upload/storage/v1/b/${call.bucket}/o?uploadType=resumable&upload_id=${id}`;
    sendJson(call.response, 200, {}, { location: `http://${address()}${path}`, 'x-guploader-uploadid': id });
  };

  const idOf = ({ query }: UploadCall): string => {
    const id = query.get('upload_id');
    if (id === null) throw new HttpError(400, 'required', 'upload_id is missing');
    return id;
  };

  const receiveChunk = async (call: UploadCall, session: Session): Promise<void> => {
    if (session.stored) {
      call.request.resume();
      return answer(call, session.stored);
    }
    const { start, total } = contentRangeOf(call.request.headers['content-range']);
    const isLast = total !== null || call.request.headers['content-range'] === undefined;
    const { buffer } = session;
    if (start !== null && start <= buffer.size()) {
      await receiveAll(afterFirst(chunksOf(call.request), buffer.size() - start), buffer);
    } else {
      call.request.resume();
    }
    if (!isLast || (total !== null && buffer.size() < total)) return answerIncomplete(call.response, buffer.size());
    try {
      if (total !== null && buffer.size() > total) throw new HttpError(400, 'badRequest', `more than ${total} bytes`);
      // Google's library sends the hash of the whole with the last piece.
      const hashes = { ...session.hashes, ...announcedHashes({}, call.request.headers) };
      session.stored = await finish(call, buffer, { ...session, hashes });
    } catch (error) {
      sessions.end(session.id);
      await buffer.discard();
      throw error;
    }
    answer(call, session.stored);
  };

  return {
    async begin(call) {
      const { request, query } = call;
      const type = query.get('uploadType');
      if (type === 'resumable') return beginResumable(call);
      if (type === 'media') {
        return storeAtOnce(call, startOf(call, {}, request.headers['content-type']), chunksOf(request));
      }
      if (type !== 'multipart') throw new HttpError(400, 'invalid', `not an uploadType: ${type}`);
      const chunks = chunksOf(request);
      try {
        const { metadata, contentType, content } = await readMultipart(chunks, request.headers['content-type'] ?? '');
        await storeAtOnce(call, startOf(call, metadata, contentType), content);
      } finally {
        await chunks.return?.();
      }
    },
    async resume(call) {
      await sessions.use(idOf(call), async (session) => {
        await receiveChunk(call, session);
      });
    },
    async cancel(call) {
      await sessions.use(idOf(call), async (session) => {
        sessions.end(session.id);
        await session.buffer.discard();
      });
      sendJson(call.response, CANCELLED, {});
    },
    close: () => sessions.discardAll(),
  };
}

/** 308 with the range that has arrived; without a Range header if nothing has. */
function answerIncomplete(response: ServerResponse, received: number): void {
  response.writeHead(308, { 'content-length': 0, ...(received > 0 ? { range: `bytes=0-${received - 1}` } : {}) });
  response.end();
}

/** The body's chunks. Unlike the request's own iterator it leaves the connection usable when it is not read to its end. */
function chunksOf(request: IncomingMessage): AsyncIterableIterator<Buffer> {
  return request.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>;
}

async function* afterFirst(source: AsyncIterable<Buffer>, skipBytes: number): AsyncGenerator<Uint8Array, void> {
  let skip = skipBytes;
  for await (const bytes of source) {
    if (bytes.length > skip) yield bytes.subarray(skip);
    skip = Math.max(0, skip - bytes.length);
  }
}
