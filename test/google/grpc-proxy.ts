// Stands between Google's own gRPC client and a stand-in, and spoils single calls: refused, answered into the void, or broken in the
// middle of a stream.
import { connect, createServer, type Http2Session, type ServerHttp2Stream, type IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';

/** gRPC's UNAVAILABLE (https://grpc.io/docs/guides/status-codes/). */
const UNAVAILABLE = '14';

export type Trouble =
  /** UNAVAILABLE; the stand-in never sees the call. */
  | 'refused'
  /** The stand-in has done it; its answer is lost. */
  | 'answer lost'
  /** UNAVAILABLE after so many messages of the answer. */
  | { brokenAfter: number }
  /** The connection is dropped after so many messages. */
  | { droppedAfter: number };

export interface GrpcProxy {
  /** `127.0.0.1:<port>` */
  address: string;
  /** Names of the methods, in the order of the calls. */
  calls: string[];
  /** Spoils the next calls of a method, one trouble each. */
  spoil(method: string, ...troubles: Trouble[]): void;
  close(): Promise<void>;
}

/** `target`: the address of the stand-in. */
export async function startGrpcProxy(target: string): Promise<GrpcProxy> {
  const upstream = connect(`http://${target}`);
  const troubles = new Map<string, Trouble[]>();
  const calls: string[] = [];
  const sessions = new Set<Http2Session>();
  const server = createServer();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => {
    const method = String(headers[':path']).split('/').at(-1) ?? '';
    calls.push(method);
    // The other side may leave at any time.
    stream.on('error', () => undefined);
    const trouble = troubles.get(method)?.shift();
    if (trouble === 'refused') return fail(stream);
    handOn(upstream.request(forwarded(headers)), stream, trouble);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    spoil: (method, ...more) => void troubles.set(method, more),
    async close() {
      upstream.destroy();
      for (const session of sessions) session.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** What is sent on: the address is the stand-in's own. */
function forwarded(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { ':authority': _authority, ...others } = headers;
  return others;
}

function fail(stream: ServerHttp2Stream): void {
  stream.resume();
  stream.respond(
    { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': UNAVAILABLE, 'grpc-message': 'spoilt' },
    { endStream: true },
  );
}

function handOn(
  answer: ReturnType<ReturnType<typeof connect>['request']>,
  stream: ServerHttp2Stream,
  trouble: Exclude<Trouble, 'refused'> | undefined,
): void {
  stream.pipe(answer);
  answer.on('error', () => stream.destroy());
  if (trouble === 'answer lost') {
    answer.resume();
    answer.on('end', () => fail(stream));
    return;
  }
  let trailers: IncomingHttpHeaders = {};
  answer.on('trailers', (sent: IncomingHttpHeaders) => (trailers = sent));
  answer.on('response', (head: IncomingHttpHeaders) => {
    // A refusal has no body: its status stands in the head.
    const isWhole = head['grpc-status'] !== undefined;
    stream.respond(head, isWhole ? { endStream: true } : { waitForTrailers: true });
  });
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  const cut = trouble && cutAfter(trouble);
  let left = cut?.messages ?? Infinity;
  const whole = messagesOf((message) => {
    if (left < 0) return;
    if (left > 0) stream.write(message);
    left -= 1;
    if (left > 0) return;
    left = -1;
    answer.close();
    if (cut?.isDropped) {
      stream.session?.destroy();
      return;
    }
    trailers = { 'grpc-status': UNAVAILABLE, 'grpc-message': 'spoilt' };
    stream.end();
  });
  answer.on('data', whole);
  answer.on('end', () => left > 0 && stream.end());
}

const cutAfter = (trouble: Exclude<Trouble, string>): { messages: number; isDropped: boolean } =>
  'brokenAfter' in trouble
    ? { messages: trouble.brokenAfter, isDropped: false }
    : { messages: trouble.droppedAfter, isDropped: true };

const HEAD_BYTES = 5;

/** Calls `take` with each message of a body, its head with it: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
function messagesOf(take: (message: Buffer) => void): (chunk: Buffer) => void {
  let waiting = Buffer.alloc(0);
  return (chunk) => {
    waiting = Buffer.concat([waiting, chunk]);
    while (waiting.length >= HEAD_BYTES) {
      const length = HEAD_BYTES + waiting.readUInt32BE(1);
      if (waiting.length < length) return;
      take(waiting.subarray(0, length));
      waiting = waiting.subarray(length);
    }
  };
}
