// Google as a VM sees it: metadata, buckets and events topic in one HTTP server. Strict: whatever the scripts send that the
// protocol does not know is kept as a problem, and the harness fails the test for it.
import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  identityIn,
  isLiveObject,
  outcome,
  parseJson,
  report,
  type Outcome,
  type Report,
  type Schema,
} from '@mymlops/protocol';
import { BUCKETS } from './buckets';

export interface StoredObject {
  data: Buffer;
  generation: string;
}

type Trouble = number | 'lost' | 'cut' | null;
/**
 * Consulted before a call is served: a status to answer instead, or `lost`: served, and the connection then cut; `cut`: half
 * of the answer's body came before. A call is held up for as long as a promise of one of them takes.
 */
export type Fault = (call: { method: string; path: string; name: string; count: number }) => Trouble | Promise<Trouble>;

/** What the VM of a kind may say and write. */
export interface VmProtocol<R> {
  reports: Schema<R>;
  /** Of all objects that it writes. */
  prefix: `${string}/`;
}

export const RUN_PROTOCOL: VmProtocol<Report> = { reports: report, prefix: 'runs/' };

export interface VmGoogle<R = Report> {
  /** host:port, for GCE_METADATA_HOST. */
  host: string;
  url: string;
  attributes: Map<string, string>;
  /** Of both buckets: a call with the wrong one is a problem. */
  objects: Map<string, StoredObject>;
  /** Values in Secret Manager by their ids, and the ids in the order in which they were read. */
  secrets: Map<string, string>;
  secretsRead: string[];
  /** In the order of arrival, duplicates included. */
  reports: R[];
  /** `POST runs/.../claim`, `GET sources/x`: calls of the bucket, in order. */
  bucketCalls: string[];
  /** `attributes/`, `id`: what was read of the metadata server, in order. */
  metadataCalls: string[];
  /** So often the metadata server answers 503 for the attributes, and answers the rest. */
  attributesMissed: number;
  problems: string[];
  /** Objects that were not written, as their generation was another one than the request named. */
  refused: string[];
  /** Requests that were longer than they had said. */
  overlong: number;
  /** Connections that were open at one time. */
  mostAtOnce: number;
  preempted: boolean;
  /** The image of the boot disk; undefined: the metadata server answers 404 for it. */
  image: string | undefined;
  /** Identity tokens asked for so far, and how long the next one is good. */
  identities: string[];
  identitySeconds: number;
  fault: Fault;
  /** What a fault 403 says. */
  refusal: string;
  /** Awaited before the body of a request to the bucket is read, with the object's name. */
  beforeBody(name: string): Promise<void> | void;
  /** Changes an attribute and answers who waits for it. */
  setAttribute(key: string, value: string): void;
  put(name: string, data: string | Buffer): void;
  text(name: string): string;
  outcomeOf(prefix: string): Outcome;
  /** Resolves when `condition` holds after some call; rejects with `what` when it does not in time. */
  until(what: string | (() => string), condition: () => boolean, timeoutMs?: number): Promise<void>;
  close(): Promise<void>;
}

export const VM_TOKEN = 'token-of-the-vm';
export const VM_IMAGE = 'projects/ubuntu-os-cloud/global/images/ubuntu-2404-noble-amd64-v20260101';

/** In the form of an identity token, and as long as one is that names its VM. */
export function vmIdentity(audience: string, expiresMs: number): string {
  const payload = { aud: audience, exp: Math.floor(expiresMs / 1000), google: { filler: 'x'.repeat(600) } };
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${encode({ alg: 'RS256' })}.${encode(payload)}.${'s'.repeat(342)}`;
}

export async function startVmGoogle<R>(protocol: VmProtocol<R>): Promise<VmGoogle<R>> {
  const events = new EventEmitter().setMaxListeners(0);
  const counts = new Map<string, number>();
  let connections = 0;
  let generation = 1_700_000_000_000_000;

  const google: VmGoogle<R> = {
    host: '',
    url: '',
    attributes: new Map(),
    objects: new Map(),
    secrets: new Map(),
    secretsRead: [],
    reports: [],
    bucketCalls: [],
    metadataCalls: [],
    attributesMissed: 0,
    problems: [],
    refused: [],
    overlong: 0,
    mostAtOnce: 0,
    preempted: false,
    image: VM_IMAGE,
    identities: [],
    identitySeconds: 3600,
    fault: () => null,
    refusal: '',
    beforeBody: () => undefined,
    setAttribute(key, value) {
      google.attributes.set(key, value);
      events.emit('changed');
    },
    put(name, data) {
      generation += 1;
      google.objects.set(name, { data: Buffer.from(data), generation: String(generation) });
      events.emit('changed');
    },
    text(name) {
      const object = google.objects.get(name);
      if (!object) throw new Error(`no object ${name}; there are: ${[...google.objects.keys()].join(', ')}`);
      return object.data.toString('utf8');
    },
    outcomeOf(prefix) {
      const parsed = parseJson(outcome, google.text(`${prefix}outcome.json`));
      if (!parsed.ok) throw new Error(parsed.error);
      return parsed.value;
    },
    until(what, condition, timeoutMs = 120_000) {
      return new Promise((resolve, reject) => {
        const look = (): void => {
          if (condition()) end(resolve);
        };
        const timer = setTimeout(
          () => end(() => reject(new Error(`not in time: ${typeof what === 'string' ? what : what()}`))),
          timeoutMs,
        );
        const end = (settle: () => void): void => {
          clearTimeout(timer);
          events.off('changed', look);
          settle();
        };
        events.on('changed', look);
        look();
      });
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      google.problems.push(String(error));
      response.destroy();
    });
  });

  server.on('connection', (socket) => {
    connections += 1;
    google.mostAtOnce = Math.max(google.mostAtOnce, connections);
    socket.once('close', () => (connections -= 1));
  });
  server.on('clientError', (_, socket) => {
    google.overlong += 1;
    socket.destroy();
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://vm');
    const name = url.searchParams.get('name') ?? decodeURIComponent(url.pathname.split('/o/')[1] ?? '');
    await google.beforeBody(name);
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    if (Number(request.headers['content-length'] ?? body.length) !== body.length) return void response.destroy();
    if (url.pathname.startsWith('/computeMetadata/v1/')) return metadata(request, response, url);
    if (request.headers.authorization !== `Bearer ${VM_TOKEN}`) {
      google.problems.push(`no token: ${url.pathname}`);
      return answer(response, 401, {});
    }
    const call = `${request.method} ${callName(url, name)}`;
    const count = (counts.get(call) ?? 0) + 1;
    counts.set(call, count);
    const fault = await google.fault({ method: request.method ?? '', path: url.pathname, name, count });
    if (typeof fault === 'number') {
      const said = fault === 403 && { message: google.refusal };
      return answer(response, fault, { error: { code: fault, ...said } });
    }
    const reply: Reply = (status, value) => {
      if (fault === 'lost') return void response.destroy();
      answer(response, status, value, fault === 'cut');
    };
    if (url.pathname.startsWith('/v1/projects/local/secrets/')) accessSecret(url, reply);
    else if (url.pathname.startsWith('/v1/')) publish(url, body, reply);
    else bucketCall(request.method ?? '', url, name, body, reply);
    events.emit('changed');
  }

  type Reply = (status: number, body: unknown) => void;

  function accessSecret(url: URL, reply: Reply): void {
    const [, id = ''] = /^\/v1\/projects\/local\/secrets\/([\w-]+)\/versions\/latest:access$/.exec(url.pathname) ?? [];
    if (id === '') google.problems.push(`unknown call: ${url.pathname}`);
    google.secretsRead.push(id);
    const value = google.secrets.get(id);
    if (value === undefined) return reply(404, { error: { code: 404, message: `Secret [${id}] not found.` } });
    const data = Buffer.from(value).toString('base64');
    reply(200, { name: `projects/1/secrets/${id}/versions/1`, payload: { data, dataCrc32c: '1' } });
  }

  function publish(url: URL, body: Buffer, reply: Reply): void {
    const wanted = `/v1/projects/local/topics/mymlops-events:publish`;
    if (url.pathname !== wanted) google.problems.push(`publish to ${url.pathname}`);
    const { messages } = JSON.parse(body.toString('utf8')) as {
      messages: { data: string; attributes?: Record<string, string> }[];
    };
    for (const { data, attributes = {} } of messages) {
      if (!google.identities.includes(identityIn(attributes))) google.problems.push('a report without its token');
      const long = Object.values(attributes).find((value) => value.length > 1024);
      if (long !== undefined) google.problems.push('an attribute that Pub/Sub would not take');
      const parsed = parseJson(protocol.reports, Buffer.from(data, 'base64').toString('utf8'));
      if (parsed.ok) google.reports.push(parsed.value);
      else google.problems.push(`bad report: ${parsed.error}`);
    }
    reply(200, { messageIds: messages.map((_, index) => String(index)) });
  }

  function bucketCall(method: string, url: URL, name: string, body: Buffer, reply: Reply): void {
    google.bucketCalls.push(`${method} ${name}`);
    const bucket = isLiveObject(name) ? BUCKETS.live : BUCKETS.results;
    const object = google.objects.get(name);
    if (method === 'GET' && url.pathname.startsWith(`/storage/v1/b/${bucket}/o/`)) {
      if (!object) return reply(404, { error: { code: 404 } });
      if (url.searchParams.get('alt') !== 'media') return reply(200, { generation: object.generation });
      return reply(200, object.data);
    }
    if (
      method === 'DELETE' &&
      name.startsWith(protocol.prefix) &&
      url.pathname.startsWith(`/storage/v1/b/${bucket}/o/`)
    ) {
      google.objects.delete(name);
      return reply(204, {});
    }
    if (method !== 'POST' || url.pathname !== `/upload/storage/v1/b/${bucket}/o`) {
      google.problems.push(`unknown call: ${method} ${url.pathname}`);
      return reply(501, {});
    }
    if (!name.startsWith(protocol.prefix)) google.problems.push(`write outside ${protocol.prefix}: ${name}`);
    const wanted = url.searchParams.get('ifGenerationMatch');
    if (wanted !== null && wanted !== (object?.generation ?? '0')) {
      google.refused.push(name);
      return reply(412, { error: { code: 412 } });
    }
    google.put(name, body);
    const md5Hash = createHash('md5').update(body).digest('base64');
    return reply(200, { name, md5Hash, size: String(body.length), generation: google.objects.get(name)?.generation });
  }

  function metadata(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> | void {
    if (request.headers['metadata-flavor'] !== 'Google') google.problems.push('metadata without its header');
    const path = url.pathname.slice('/computeMetadata/v1/instance/'.length);
    google.metadataCalls.push(path);
    events.emit('changed');
    if (path === 'id') return text(response, '4711');
    if (path === 'image') return google.image === undefined ? answer(response, 404, {}) : text(response, google.image);
    if (path === 'network-interfaces/0/ip') return text(response, '127.0.0.1');
    if (path === 'preempted') return text(response, google.preempted ? 'TRUE' : 'FALSE');
    if (path === 'service-accounts/default/token') {
      return answer(response, 200, { access_token: VM_TOKEN, expires_in: 3599, token_type: 'Bearer' });
    }
    if (path === 'service-accounts/default/identity') {
      const asked = url.searchParams;
      if (asked.get('format') !== 'full') google.problems.push('an identity token that does not name its VM');
      const token = vmIdentity(asked.get('audience') ?? '', Date.now() + google.identitySeconds * 1000);
      google.identities.push(token);
      return text(response, token);
    }
    if (path === 'attributes/' && google.attributesMissed-- > 0) return answer(response, 503, {});
    if (path === 'attributes/') return text(response, JSON.stringify(Object.fromEntries(google.attributes)));
    const key = path.replace(/^attributes\//, '');
    return attribute(response, url, key);
  }

  async function attribute(response: ServerResponse, url: URL, key: string): Promise<void> {
    const seconds = Number(url.searchParams.get('timeout_sec') ?? 0);
    if (url.searchParams.get('wait_for_change') === 'true') {
      const lastEtag = url.searchParams.get('last_etag');
      const isNews = (): boolean => google.attributes.has(key) && etagOf(google.attributes.get(key)) !== lastEtag;
      await google.until(key, isNews, seconds * 1000).catch(() => undefined);
    }
    const value = google.attributes.get(key);
    if (value === undefined) return answer(response, 404, {});
    response.setHeader('etag', etagOf(value));
    return text(response, value);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  google.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  google.url = `http://${google.host}`;
  return google;
}

/** The name under which a call is counted. */
function callName({ pathname }: URL, name: string): string {
  if (pathname.includes('/secrets/')) return 'secret';
  return pathname.startsWith('/v1/') ? 'publish' : name;
}

const etagOf = (value = ''): string => createHash('sha256').update(value).digest('hex').slice(0, 16);

function text(response: ServerResponse, value: string): void {
  response.writeHead(200, { 'metadata-flavor': 'Google', 'content-length': Buffer.byteLength(value) });
  response.end(value);
}

function answer(response: ServerResponse, status: number, value: unknown, isCut = false): void {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value, null, 2));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length });
  if (isCut) response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
  else response.end(bytes);
}
