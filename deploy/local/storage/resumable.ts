// Resumable uploads: a session holds the bytes that have arrived. Sessions end with the process; a client with an unknown
// session starts again, as it must on Google after a week. A finished session knows its object for a while, because the
// answer may have been lost.
import { randomBytes } from 'node:crypto';
import type { Clock, Timer } from '../shared/clock';
import { HttpError } from '../shared/http';
import type { Conditions } from './conditions';
import type { UploadBuffer } from './upload-buffer';
import type { Attributes, ObjectAddress, StoredObject } from './store';

const IDLE_LIMIT_MS = 3600_000;

/** The parameters of the request that began the upload. */
export interface UploadStart {
  address: ObjectAddress;
  attributes: Attributes;
  conditions: Conditions;
  hashes: { md5Hash?: string; crc32c?: string };
}

export interface Session extends UploadStart {
  id: string;
  buffer: UploadBuffer;
  /** The stored object, once all bytes have arrived. */
  stored?: StoredObject;
}

export interface Sessions {
  begin(start: UploadStart, buffer: UploadBuffer): Session;
  /** Runs `work` on a session, alone. Throws HttpError 404 for an unknown session, 503 for a busy one. */
  use<T>(id: string, work: (session: Session) => Promise<T>): Promise<T>;
  /** Forgets a session; its content then belongs to the caller. */
  end(id: string): void;
  discardAll(): Promise<void>;
}

export function createSessions(clock: Clock): Sessions {
  const sessions = new Map<string, Session & { timer: Timer | null }>();

  const end = (id: string): void => {
    sessions.get(id)?.timer?.cancel();
    sessions.delete(id);
  };
  const expireLater = (session: Session): Timer =>
    clock.after(IDLE_LIMIT_MS, () => {
      end(session.id);
      void session.buffer.discard();
    });

  return {
    end,
    begin(start, buffer) {
      const session: Session = { ...start, buffer, id: randomBytes(18).toString('base64url') };
      sessions.set(session.id, { ...session, timer: expireLater(session) });
      return session;
    },
    async use(id, work) {
      const session = sessions.get(id);
      if (!session) throw new HttpError(404, 'notFound', 'no such upload: start it again');
      if (session.timer === null)
        throw new HttpError(503, 'backendError', 'another request for this upload is under way');
      session.timer.cancel();
      session.timer = null;
      try {
        return await work(session);
      } finally {
        if (sessions.has(id)) session.timer = expireLater(session);
      }
    },
    async discardAll() {
      const left = [...sessions.values()];
      for (const { id } of left) end(id);
      await Promise.all(left.map(({ buffer }) => buffer.discard()));
    },
  };
}

/** Position of a chunk: `bytes 0-99/200`, `bytes 0-99/*`, or with `*` for the bytes a query of the state. */
export interface ContentRange {
  /** First byte of the chunk; null: the request has no bytes. */
  start: number | null;
  /** Size of the object; null: not known yet. */
  total: number | null;
}

/** Without the header a request holds the whole content. Throws HttpError 400. */
export function contentRangeOf(header: string | undefined): ContentRange {
  if (header === undefined) return { start: 0, total: null };
  const [, start, end, total] = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(header) ?? [];
  if (total === undefined || Number(end) < Number(start)) {
    throw new HttpError(400, 'badRequest', `not a Content-Range: ${header}`);
  }
  return { start: start === undefined ? null : Number(start), total: total === '*' ? null : Number(total) };
}
