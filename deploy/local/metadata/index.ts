// The metadata server of one VM: plain HTTP on a loopback port of its own. As on Google no token protects it. The header
// `Metadata-Flavor: Google` does, which web pages cannot send without a preflight request, and the refusal of browser headers.
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { foreignRefusal } from '../shared/auth';
import { createHttpServer } from '../shared/http';
import type { MetadataOptions, MetadataServer } from '../shared/metadata-server';
import { listenOnLoopback } from '../shared/service';
import { isDirectory, jsonOf, nodeAt, textOf, treeOf, type Directory } from './tree';
import { createWaiting, type Answer } from './wait';

const BASE = '/computeMetadata/v1/';
const TOKEN_SECONDS = 3599;
/** Values that a VM writes for others to read; off, as our VMs have no metadata key enable-guest-attributes. */
const GUEST_ATTRIBUTES = /^\/computeMetadata\/v1\/instance\/guest-attributes\//;
const ACCOUNT_CALL = /^instance\/service-accounts\/[^/]+\/(token|identity)$/;

/** Starts the metadata server of a VM. */
export async function startMetadata(options: MetadataOptions): Promise<MetadataServer> {
  const waiting = createWaiting(options.clock);
  const tree = (): Directory => {
    const vm = options.vm();
    return vm ? treeOf(vm) : {};
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refusal = foreignRefusal(request.headers);
    if (refusal) return send(response, refusal.status, refusal.message);
    if (request.headers['metadata-flavor'] !== 'Google') {
      return send(response, 403, 'refused: the header Metadata-Flavor: Google is missing');
    }
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (GUEST_ATTRIBUTES.test(url.pathname))
      return send(response, 403, 'Guest attributes endpoint access is disabled.');
    if (request.method !== 'GET') return unsupported(response, `${request.method} ${url.pathname}`);
    if (url.pathname === '/') return send(response, 200, 'computeMetadata/\n');
    if (!url.pathname.startsWith(BASE)) return send(response, 404, 'not found');

    const path = url.pathname.slice(BASE.length);
    const accountCall = ACCOUNT_CALL.exec(path)?.[1];
    if (accountCall !== undefined) return sendAccountCall(response, url, path, accountCall);

    const wanted = { path, recursive: isTrue(url, 'recursive'), alt: url.searchParams.get('alt') };
    const read = (): Answer | null => answerFor(tree(), wanted);
    const timeout = url.searchParams.get('timeout_sec');
    if (timeout !== null && !/^\d+$/.test(timeout)) return send(response, 400, 'timeout_sec is not a whole number');
    const answer = isTrue(url, 'wait_for_change')
      ? await waiting.until(read, {
          lastEtag: url.searchParams.get('last_etag') ?? undefined,
          timeoutSeconds: timeout === null ? undefined : Number(timeout),
          onAbandon: (abandon) => response.on('close', abandon),
        })
      : read();
    if (answer) return send(response, 200, answer.body, { 'content-type': answer.type, etag: answer.etag });
    const node = nodeAt(tree(), namesIn(path));
    if (node === null || !isDirectory(node)) return send(response, 404, `not found: ${path}`);
    return send(response, 301, '', { location: `${url.pathname}/${url.search}` });
  };

  const sendAccountCall = (response: ServerResponse, url: URL, path: string, call: string): void => {
    if (nodeAt(tree(), namesIn(path).slice(0, -1)) === null) return send(response, 404, `not found: ${path}`);
    if (call === 'identity') return sendIdentity(response, url);
    const token = { access_token: options.token(), expires_in: TOKEN_SECONDS, token_type: 'Bearer' };
    return send(response, 200, JSON.stringify(token), { 'content-type': 'application/json' });
  };

  const sendIdentity = (response: ServerResponse, url: URL): void => {
    if (!options.identity) return unsupported(response, url.pathname);
    const audience = url.searchParams.get('audience') ?? '';
    if (audience === '') return send(response, 400, 'non-empty audience parameter required');
    return send(response, 200, options.identity({ audience, isFull: url.searchParams.get('format') === 'full' }));
  };

  const unsupported = (response: ServerResponse, call: string): void => {
    options.log('ERROR', 'metadata call not supported', { call });
    send(response, 501, `not supported by the local cloud: ${call}`);
  };

  const server = createHttpServer((request, response) => {
    request.resume();
    handle(request, response).catch((error: unknown) => {
      options.log('ERROR', 'metadata call failed', { url: request.url ?? '', cause: String(error) });
      response.destroy();
    });
  });
  const address = await listenOnLoopback(server, options.port);
  return {
    port: Number(address.split(':')[1]),
    changed: () => waiting.changed(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Null if there is nothing at the path, or a directory named without its slash. */
function answerFor(tree: Directory, wanted: { path: string; recursive: boolean; alt: string | null }): Answer | null {
  const node = nodeAt(tree, namesIn(wanted.path));
  const slash = wanted.path === '' || wanted.path.endsWith('/');
  if (node === null || isDirectory(node) !== slash) return null;
  const json = wanted.alt === 'json' || (wanted.alt === null && wanted.recursive);
  const body = json
    ? jsonOf(node, /^instance\/(attributes|service-accounts)\/$/.test(wanted.path))
    : textOf(node, wanted.recursive);
  const etag = createHash('sha256').update(body).digest('hex').slice(0, 16);
  return { body, type: json ? 'application/json' : 'application/text', etag };
}

function namesIn(path: string): string[] {
  return path.split('/').filter((name) => name !== '');
}

function isTrue(url: URL, name: string): boolean {
  return url.searchParams.get(name)?.toLowerCase() === 'true';
}

function send(response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}): void {
  const bytes = Buffer.from(body, 'utf8');
  response.writeHead(status, {
    'metadata-flavor': 'Google',
    'content-type': 'application/text',
    'content-length': bytes.length,
    ...headers,
  });
  response.end(bytes);
}
