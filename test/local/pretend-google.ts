// Google on this computer, for the real client: a proxy that answers itself for every host below googleapis.com.
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

export interface Call {
  method: string;
  host: string;
  path: string;
  headers: Record<string, string | undefined>;
  body: string;
}

export interface Answer {
  status?: number;
  /** Sent as JSON. */
  body: unknown;
}

export interface PretendGoogle {
  calls: Call[];
  /** Variables with which a client takes it for Google; without the sign-in. */
  environment(certificateFile: string): Record<string, string>;
  close(): void;
}

/** `answer` gets each call; undefined means that it finds nothing. */
export async function startPretendGoogle(
  answer: (call: Call) => Answer | undefined | Promise<Answer | undefined>,
): Promise<PretendGoogle> {
  const calls: Call[] = [];
  const sockets = new Set<Socket>();
  const google = createHttpsServer({ key: KEY, cert: CERTIFICATE }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', headers, url: path = '' } = request;
      const body = Buffer.concat(chunks).toString('utf8');
      const call = { method, host: headers.host ?? '', path, headers: headers as Call['headers'], body };
      calls.push(call);
      Promise.resolve(answer(call)).then(
        ({ status = 200, body: said } = { status: 404, body: 'Not Found' }) =>
          response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said)),
        () => response.destroy(),
      );
    });
  });
  const proxy = createHttpServer();
  proxy.on('connect', (_request, socket: Socket) => {
    sockets.add(socket.on('error', () => undefined));
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    google.emit('connection', socket);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo;
  return {
    calls,
    environment: (certificateFile) => ({
      HTTPS_PROXY: `http://127.0.0.1:${port}`,
      NODE_EXTRA_CA_CERTS: certificateFile,
    }),
    close() {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    },
  };
}

// A certificate of *.googleapis.com that nobody has signed but itself, and its key, which protects nothing. Valid from 2020 to 2120.
const pem = (kind: string, body: string): string => `-----BEGIN ${kind}-----\n${body.trim()}\n-----END ${kind}-----\n`;

const KEY = pem(
  'PRIVATE KEY',
  `
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgoLbGUJzhen5OFy7a
t4rZil8sTba8FqRWMqZcReIyz6OhRANCAAQl+Aw8gCCH6ynKSWUbos4uqGT1zr64
d6LXIyuLD1hJ8pfis7Ig4JrEdxjbGEvxkbtc/cTYxLFjvwhfYzFBv/kW
`,
);

export const CERTIFICATE = pem(
  'CERTIFICATE',
  `
MIIBgjCCASigAwIBAgIBATAKBggqhkjOPQQDAjAZMRcwFQYDVQQDDA5nb29nbGVh
cGlzLmNvbTAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowGTEXMBUG
A1UEAwwOZ29vZ2xlYXBpcy5jb20wWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQl
+Aw8gCCH6ynKSWUbos4uqGT1zr64d6LXIyuLD1hJ8pfis7Ig4JrEdxjbGEvxkbtc
/cTYxLFjvwhfYzFBv/kWo18wXTArBgNVHREEJDAigg5nb29nbGVhcGlzLmNvbYIQ
Ki5nb29nbGVhcGlzLmNvbTAPBgNVHRMBAf8EBTADAQH/MB0GA1UdDgQWBBTb8I8/
96XRL82jSBzGU6AfftSGyjAKBggqhkjOPQQDAgNIADBFAiEA1WQu9wOxV2UDYGU9
SzjSGl9XGFS2ayk1BW9KQJp3UeMCIDoO0dMnfedD9rTZBOIqoFnRzrNoxz5emVlL
xfkD37va
`,
);
