// One port for gRPC and REST: the first bytes of a connection tell which it is.
import { createServer, type Server, type Socket } from 'node:net';

/** The first bytes of HTTP/2 without TLS. No HTTP/1 method begins so. */
const HTTP2_PREFACE = Buffer.from('PRI');
const FIRST_BYTES_MS = 30_000;

export interface OnePort {
  server: Server;
  /** Stops listening and ends all connections. */
  close(): Promise<void>;
}

export function createOnePort(onHttp1: (socket: Socket) => void, onHttp2: (socket: Socket) => void): OnePort {
  const sockets = new Set<Socket>();
  // Half-open, as in Node's own HTTP servers: a client that has sent everything still gets its answer.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    sniff(socket, (isHttp2) => (isHttp2 ? onHttp2 : onHttp1)(socket));
  });
  return {
    server,
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      return closed;
    },
  };
}

/** Passes the connection on, with nothing read from it, as soon as its first bytes have come. */
function sniff(socket: Socket, onKnown: (isHttp2: boolean) => void): void {
  let seen = Buffer.alloc(0);
  const giveUp = (): void => void socket.destroy();
  const onData = (chunk: Buffer): void => {
    seen = Buffer.concat([seen, chunk]);
    if (seen.length < HTTP2_PREFACE.length) return;
    socket.off('data', onData).off('end', giveUp).off('timeout', giveUp);
    socket.setTimeout(0);
    socket.pause();
    socket.unshift(seen);
    onKnown(seen.subarray(0, HTTP2_PREFACE.length).equals(HTTP2_PREFACE));
  };
  socket.on('data', onData).on('end', giveUp).on('timeout', giveUp);
  socket.on('error', giveUp); // stays: the next owner may add its own listener a moment later
  socket.setTimeout(FIRST_BYTES_MS);
}
