// Between the functions and Firestore: a call can be met on its way, so that a function dies in the middle of it.
import { rmSync, readFileSync, writeFileSync } from 'node:fs';
import {
  connect,
  createServer,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type Http2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { until, type Desk } from './desk';

export interface FirestoreGate {
  /**
   * Resolves when a commit that holds `text` (document names are plain text in it) is on its way, and keeps it:
   * `before`, so that Firestore never sees it, or `after`, so that it is done and nobody hears of that.
   */
  keepCommit(text: string, moment: 'before' | 'after'): Promise<void>;
  close(): Promise<void>;
}

/** The functions of this desk call Firestore through the gate from now on: they are ended once, and start anew. */
export async function gateFirestore(desk: Desk): Promise<FirestoreGate> {
  const { firestore } = desk.endpoints();
  const upstreams = new Map<Http2Session, ClientHttp2Session>();
  let wish: { text: string; moment: 'before' | 'after'; met: () => void } | undefined;
  const server = createServer().on('session', (session) => {
    // One each: what a client that was killed left unread must not take the room of the next one.
    const upstream = connect(`http://${firestore}`).on('error', () => undefined);
    upstreams.set(session, upstream);
    session.on('close', () => upstream.destroy());
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    const upstream = stream.session && upstreams.get(stream.session);
    if (!upstream) return stream.close();
    if (headers[':path'] !== '/google.firestore.v1.Firestore/Commit') {
      return void stream.pipe(forward(upstream, stream, headers));
    }
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const body = Buffer.concat(chunks);
      const kept = wish && body.includes(wish.text) ? wish : undefined;
      if (!kept) return void forward(upstream, stream, headers).end(body);
      wish = undefined;
      if (kept.moment === 'before') return kept.met();
      const call = upstream.request(headers).on('error', () => undefined);
      call.resume().on('end', kept.met);
      call.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const file = join(desk.home, 'functions/endpoints.json');
  const endpoints = JSON.parse(readFileSync(file, 'utf8')) as object;
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  rmSync(file);
  writeFileSync(file, JSON.stringify({ ...endpoints, firestore: address }), { mode: 0o600 });
  await endFunctions(desk);
  return {
    keepCommit: (text, moment) => new Promise((resolve) => (wish = { text, moment, met: resolve })),
    async close() {
      for (const [session, upstream] of upstreams) {
        session.destroy();
        upstream.destroy();
      }
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A call to Firestore whose answer goes back to the stream. An error comes as headers alone, with the status in them. */
function forward(
  upstream: ClientHttp2Session,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
): ClientHttp2Stream {
  const call = upstream.request(headers);
  let trailers = {};
  call.on('error', () => stream.close());
  call.on('response', (response) => {
    const isAll = response['grpc-status'] !== undefined;
    if (!stream.destroyed) stream.respond(response, { waitForTrailers: !isAll, endStream: isAll });
    if (!isAll) call.pipe(stream);
  });
  call.on('trailers', (received) => (trailers = received));
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  stream.on('close', () => call.close());
  return call;
}

/** kill -9 of the functions; resolves when others run. */
export async function endFunctions(desk: Desk): Promise<void> {
  const child = desk.functionsChild();
  process.kill(child, 'SIGKILL');
  await until('new functions', () => {
    try {
      const pid = desk.functionsChild();
      return pid === child ? undefined : pid;
    } catch {
      return undefined; // between two children
    }
  });
}
