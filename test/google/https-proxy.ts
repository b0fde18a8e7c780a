// storage.googleapis.com for a program that calls Google: TLS in front of the storage stand-in, and a metadata server that gives the
// token. Single calls are spoilt: refused, answered into the void, or cut off in the middle.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { hostAndPort } from '@mymlops/protocol';

export const STORAGE_HOST = 'storage.googleapis.com';

export type Trouble =
  | 'none'
  /** 503; the stand-in never sees the call. */
  | 'refused'
  /** Done first, then the call is handed on. */
  | { before: () => Promise<unknown> }
  /** Taken, and never answered. */
  | 'silent'
  /** The stand-in has done it; then the connection is dropped. */
  | 'answer lost'
  /** The connection is dropped after so many bytes of the request's body. */
  | { cutAfter: number }
  /** The connection is dropped after so many bytes of the answer's body. */
  | { answerCutAfter: number };

export interface StorageProxy {
  /** Where `storage.googleapis.com` listens. */
  port: number;
  /** What a program's environment needs to trust it, and to be signed in. */
  env: Record<string, string>;
  /** Method and path of each call, without the bucket and the library's own parameters. */
  calls: string[];
  /** Spoils the next calls that are `call`, with any range, one trouble each. */
  spoil(call: string, ...troubles: Trouble[]): void;
  close(): void;
}

/** `target`: the address of the stand-in. The certificate is written into `folder`. */
export async function startStorageProxy(folder: string, target: string, token: string): Promise<StorageProxy> {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', `/CN=${STORAGE_HOST}`, '-addext', `subjectAltName=DNS:${STORAGE_HOST}`];
  const form = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert];
  execFileSync('openssl', [...form, ...subject], { stdio: 'pipe' });

  const calls: string[] = [];
  const troubles: [call: string, trouble: Trouble][] = [];
  const proxy = createHttpsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (from, response) => {
    const call = nameOf(from);
    calls.push(call);
    const at = troubles.findIndex(([spoilt]) => call === spoilt || call.startsWith(`${spoilt} `));
    const [, trouble] = at < 0 ? [] : (troubles.splice(at, 1)[0] ?? []);
    if (trouble === 'silent') return;
    if (typeof trouble === 'object' && 'before' in trouble) {
      return void trouble.before().then(() => handOn(target, from, response, undefined));
    }
    if (trouble !== 'refused') return handOn(target, from, response, trouble);
    from.resume();
    response.writeHead(503, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { code: 503, message: 'spoilt', errors: [{ reason: 'backendError' }] } }));
  });
  const metadata = createHttpServer((from, response) => answerMetadata(token, from, response));
  const servers = [proxy, metadata];
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))));
  const env = {
    NODE_EXTRA_CA_CERTS: cert,
    GCE_METADATA_HOST: `127.0.0.1:${portOf(metadata)}`,
    METADATA_SERVER_DETECTION: 'assume-present',
  };
  return {
    ...{ port: portOf(proxy), env, calls },
    spoil: (call, ...more) => void troubles.push(...more.map((trouble): [string, Trouble] => [call, trouble])),
    close() {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** `POST /upload?uploadType=resumable`, `PUT /upload bytes 0-9/20`, `GET /o/a`, `GET /o/a?alt=media bytes=5-`. */
function nameOf({ method, url = '', headers }: IncomingMessage): string {
  const { pathname, searchParams } = new URL(url, 'https://x');
  const path = pathname.startsWith('/upload') ? '/upload' : decodeURIComponent(pathname.replace(/^.*\/b\/[^/]+/, ''));
  const shown = ['uploadType', 'alt', 'ifGenerationMatch'].filter((name) => method !== 'PUT' && searchParams.has(name));
  const query = shown.map((name) => `${name}=${searchParams.get(name)}`).join('&');
  const range = headers['content-range'] ?? headers.range;
  return `${method} ${path}${query && `?${query}`}${range === undefined ? '' : ` ${range}`}`;
}

/** Google's metadata server, as far as the library for the sign-in asks it. */
function answerMetadata(token: string, { url, headers }: IncomingMessage, response: ServerResponse): void {
  const isToken = url?.startsWith('/computeMetadata/v1/instance/service-accounts/default/token') ?? false;
  const isUniverse = url?.startsWith('/computeMetadata/v1/universe/') ?? false;
  if (headers['metadata-flavor'] !== 'Google' || !(isToken || isUniverse)) return void response.writeHead(404).end();
  response.writeHead(200, { 'content-type': isToken ? 'application/json' : 'text/plain', 'metadata-flavor': 'Google' });
  response.end(
    isToken ? JSON.stringify({ access_token: token, expires_in: 3599, token_type: 'Bearer' }) : 'googleapis.com',
  );
}

function handOn(
  target: string,
  from: IncomingMessage,
  response: ServerResponse,
  trouble: Exclude<Trouble, 'refused' | 'silent' | { before: unknown }> | undefined,
): void {
  const { host, port } = hostAndPort(target);
  const headers = { ...from.headers, host: `${host}:${port}` };
  const drop = (): void => void from.socket.destroy();
  const to = request({ host, port, path: from.url, method: from.method, headers, agent: false });
  to.on('error', drop);
  to.on('response', (answer) => {
    if (trouble === 'answer lost') {
      answer.resume();
      answer.on('end', drop);
      return;
    }
    // A session's address is the stand-in's own.
    const { location } = answer.headers;
    const own = location !== undefined && { location: location.replace(/^http:\/\/[^/]+/, `https://${STORAGE_HOST}`) };
    response.writeHead(answer.statusCode ?? 0, { ...answer.headers, ...own });
    if (typeof trouble === 'object' && 'answerCutAfter' in trouble) {
      passUpTo(trouble.answerCutAfter, answer, response, drop);
    } else answer.pipe(response);
  });
  if (typeof trouble === 'object' && 'cutAfter' in trouble) {
    passUpTo(trouble.cutAfter, from, to, () => {
      to.destroy();
      drop();
    });
  } else from.pipe(to);
}

/** Passes on the first bytes, then calls `over`. */
function passUpTo(bytes: number, from: NodeJS.ReadableStream, to: NodeJS.WritableStream, over: () => void): void {
  let left = bytes;
  from.on('data', (chunk: Buffer) => {
    if (left <= 0) return;
    const part = chunk.subarray(0, left);
    left -= part.length;
    to.write(part, () => left <= 0 && over());
  });
  from.on('end', () => left > 0 && to.end());
}
