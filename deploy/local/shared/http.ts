// Shared by the REST stand-ins: auth, body, JSON, and errors in Google's form.
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { isRefusal, type Auth, type Caller } from './auth';
import type { Log } from './log';

/**
 * An error answer in the form of Google's JSON APIs. `reason` is the code for programs (`notFound`, `alreadyExists`); newer
 * services have a name of gRPC's for it, `statusName`.
 */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
    readonly statusName?: string,
  ) {
    super(message);
  }
}

/**
 * Longer than any client of ours keeps an idle connection. A server that closes it sooner resets a request that is just on
 * its way.
 */
const KEEP_ALIVE_MS = 120_000;

export function createHttpServer(listener: RequestListener): Server {
  const server = createServer(listener);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

export type Handler = (request: IncomingMessage, response: ServerResponse, url: URL, caller: Caller) => Promise<void>;

/**
 * Wraps a handler: finds out who calls, answers the errors that the handler throws, and logs the unexpected ones. What the
 * caller may do is for the handler to check.
 */
export function withAuth(auth: Auth, log: Log, handle: Handler) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const caller = auth.callerOf(request.headers);
    if (isRefusal(caller)) {
      log('WARNING', 'call refused', { cause: caller.message });
      request.resume();
      sendError(response, new HttpError(caller.status, 'forbidden', caller.message));
      return;
    }
    const run = async (): Promise<void> => handle(request, response, urlOf(request), caller);
    run().catch((error: unknown) => {
      if (request.destroyed && !request.complete) return; // the caller hung up: nobody reads an answer
      if (!(error instanceof HttpError)) log('ERROR', 'call failed', { url: request.url ?? '', cause: String(error) });
      request.resume(); // an unread body would block the connection's next request
      if (response.headersSent) response.destroy();
      else sendError(response, error instanceof HttpError ? error : new HttpError(500, 'backendError', String(error)));
    });
  };
}

/** The request's URL. Its path is resolved (`..`); a service whose names may contain dots reads `request.url` instead. */
function urlOf(request: IncomingMessage): URL {
  // Clients never send a fragment. Code that reads the raw target would see a longer path than the parsed URL has.
  if (request.url?.includes('#')) throw new HttpError(400, 'badRequest', 'the request target must not have a fragment');
  try {
    return new URL(request.url ?? '/', 'http://127.0.0.1');
  } catch {
    throw new HttpError(400, 'badRequest', 'not a URL');
  }
}

/** The whole body; throws HttpError 413 for more than `limit` bytes. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving a request's own iterator early closes the connection, and then the 413 could not be sent.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new HttpError(413, 'uploadTooLarge', `body over ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The body as a JSON object; no body, or the `""` that Google's Compute client sends for none, is `{}`. */
export async function readJson(request: IncomingMessage, limit: number): Promise<Record<string, unknown>> {
  const text = (await readBody(request, limit)).toString('utf8');
  if (text === '' || text === '""') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new HttpError(400, 'parseError', 'the body is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new HttpError(400, 'parseError', 'the body is not a JSON object');
  }
  return value as Record<string, unknown>;
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
) {
  const bytes = Buffer.from(JSON.stringify(body), 'utf8');
  response.writeHead(status, {
    'content-type': 'application/json; charset=UTF-8',
    'content-length': bytes.length,
    ...headers,
  });
  response.end(bytes);
}

function sendError(response: ServerResponse, error: HttpError): void {
  const { status, reason, message, statusName } = error;
  const errors = [{ message, domain: 'global', reason }];
  sendJson(response, status, { error: { code: status, message, errors, ...(statusName && { status: statusName }) } });
}
