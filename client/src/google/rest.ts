// Calls to one of Google's REST APIs: on Google with the user's sign-in, or to the local cloud. Google's library for Firestore
// speaks gRPC, and loading it takes longer than everything else that a command does which only reads.
import type { AuthClient } from 'google-auth-library';
import { request } from 'node:http';
import { hostAndPort } from '@mymlops/protocol';

/**
 * Sends JSON with POST to a path such as `/v1/...`, or calls it with another method and no body; resolves to the JSON of the
 * answer. Throws RestError for a refusal.
 */
export type Rest = (path: string, body: object | undefined, method?: 'POST' | 'GET' | 'DELETE') => Promise<unknown>;

/** A refusal, with the code that gRPC has for it, or a status of HTTP that has none. */
export class RestError extends Error {
  constructor(
    readonly code: number,
    message: string,
    options?: ErrorOptions,
    /** Google's further words, such as the service that is off. */
    readonly details: readonly object[] = [],
  ) {
    super(message, options);
  }
}

/** The calls that are made so can be repeated: the library does it three times, for statuses such as 429 and 503. */
const REPEATED = { retry: true, retryConfig: { httpMethodsToRetry: ['POST', 'GET'] } };

/** Signs in as Google's libraries do, with the application default credentials. Their library is loaded at the first call. */
export function restOnGoogle(host: string, projectId: string): Rest {
  const base = `https://${host}/`;
  let client: Promise<AuthClient> | undefined;
  return async (path, body, method = 'POST') => {
    client ??= import('./sign-in').then(({ signedInClient }) => signedInClient(projectId));
    const call = { url: new URL(path, base), method, data: body, responseType: 'json', ...REPEATED } as const;
    try {
      return (await (await client).request(call)).data;
    } catch (error) {
      const { response } = error as { response?: { url: string; status: number; data: unknown } };
      if (!response) throw error;
      // The sign-in makes calls of its own, to other hosts: Firestore has not answered yet.
      throw response.url.startsWith(base)
        ? refusalOf(response.status, response.data, error)
        : refusalOfSignIn(response.status, response.data, error);
    }
  };
}

export function restOnThisComputer(address: string, token: string): Rest {
  const { host, port } = hostAndPort(address);
  return (path, body, method = 'POST') =>
    new Promise((resolve, reject) => {
      const text = body ? JSON.stringify(body) : '';
      const failed = (cause: Error): void => reject(new RestError(UNAVAILABLE, cause.message, { cause }));
      const call = request({
        ...{ host: host.replace(/^\[|\]$/g, ''), port, path, method },
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
        },
        // A kept connection may be closed by the other side just when the next call uses it.
        agent: false,
      });
      call.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', failed);
        response.on('end', () => {
          const answer = jsonIn(Buffer.concat(chunks).toString('utf8'));
          const { statusCode = 0 } = response;
          if (statusCode === 200 && answer !== undefined) resolve(answer);
          else reject(refusalOf(statusCode, answer));
        });
      });
      call.on('error', failed).end(text);
    });
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** gRPC's codes by the names that Google's answers have for them (https://cloud.google.com/apis/design/errors#handling_errors). */
const CODES: Record<string, number> = {
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
};
const UNAVAILABLE = 14;
export function refusalOf(status: number, answer: unknown, cause?: unknown): RestError {
  // A call with several answers has its error in a list.
  const { error = {} } = ((Array.isArray(answer) ? answer[0] : answer) ?? {}) as { error?: Partial<GoogleError> };
  // An answer that is not in Google's form is a proxy's or a gateway's on the way: the service was not reached.
  const code = CODES[error.status ?? ''] ?? (error.code === undefined ? UNAVAILABLE : status);
  return new RestError(code, error.message ?? `The answer has the HTTP status ${status}`, { cause }, error.details);
}

/** OAuth's form of an error has a string where Google's has an object (https://www.rfc-editor.org/rfc/rfc6749#section-5.2). */
export function refusalOfSignIn(status: number, answer: unknown, cause: unknown): RestError {
  const { error, error_description: why } = (answer ?? {}) as { error?: unknown; error_description?: string };
  if (typeof error !== 'string') return refusalOf(status, answer, cause);
  const code = status === 403 ? CODES['PERMISSION_DENIED'] : CODES['UNAUTHENTICATED'];
  const words = why === undefined ? error : `${error}: ${why}`;
  return new RestError(code ?? status, `The sign-in was refused (${words})`, { cause });
}

interface GoogleError {
  code: number;
  status: string;
  message: string;
  details: object[];
}
