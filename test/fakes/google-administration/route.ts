// Which call is which: each service has a table of routes, and checks what all of Google's services check.
import type { GoogleState } from './state';
import { notThere, refuse, refuseOld, type Refused } from './refusals';

export interface Call {
  service: string;
  method: string;
  /** As it was sent, still encoded. */
  path: string;
  query: URLSearchParams;
  body: string;
  contentType: string;
  /** Address of who calls, as Google writes it in refusals. */
  caller: string;
  google: GoogleState;
}

export interface Route {
  method: string;
  /** Its groups are the names in the path. */
  path: RegExp;
  /** Parameters beside those that all services take. Another one is refused. */
  query?: readonly string[];
  /** Resolves to JSON, or to a text. Throws Refused. */
  answer(call: Call, ...names: string[]): object | string;
}

/** https://cloud.google.com/apis/docs/system-parameters */
const OF_ALL = ['alt', 'fields', 'prettyPrint'];

export function answerOf(routes: readonly Route[], call: Call): object | string {
  for (const { method, path, query = [], answer } of routes) {
    const match = method === call.method ? path.exec(call.path) : null;
    if (!match) continue;
    const unknown = [...call.query.keys()].find((name) => ![...OF_ALL, ...query].includes(name));
    if (unknown !== undefined) {
      throw refuse(
        400,
        `Invalid JSON payload received. Unknown name "${unknown}": Cannot bind query parameter. Field '${unknown}' could not be found in request message.`,
      );
    }
    return answer(call, ...match.slice(1).map(decodeURIComponent));
  }
  throw notThere(call.path);
}

export const hasPermission = ({ permissions, lacks }: GoogleState, permission: string): boolean =>
  !lacks.has(permission) && (permissions === 'all' || permissions.has(permission));

/** For services with the newer form of errors. */
export function requirePermission({ google }: Call, permission: string, resource: string): void {
  if (hasPermission(google, permission)) return;
  throw refuse(403, `Permission '${permission}' denied on resource '${resource}' (or it may not exist).`, {
    ...{ reason: 'IAM_PERMISSION_DENIED', domain: 'iam.googleapis.com', metadata: { permission, resource } },
  });
}

/** By id or by number. Google answers alike for a project that does not exist and one that the caller may not see. */
export function requireProject(call: Call, name: string, permission: string): void {
  const { id, number } = call.google.project;
  const resource = `//${call.service}.googleapis.com/projects/${name}`;
  if (name === id || name === number) return requirePermission(call, permission, resource);
  throw refuse(403, `Permission '${permission}' denied on resource '${resource}' (or it may not exist).`, {
    ...{ reason: 'IAM_PERMISSION_DENIED', domain: 'iam.googleapis.com', metadata: { permission, resource } },
  });
}

/** JSON that has no other keys than these. Throws Refused. */
export function bodyOf<T extends object>(call: Call, keys: readonly string[]): Partial<T> {
  const isOld = call.service === 'storage';
  const bad = (message: string): Refused => (isOld ? refuseOld(400, message, 'invalid') : refuse(400, message));
  if (!/^application\/json\b/.test(call.contentType)) throw bad(`Media type '${call.contentType}' is not supported.`);
  const body = jsonOf(call.body);
  if (typeof body !== 'object' || body === null) throw bad('Parse Error');
  const unknown = Object.keys(body).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw bad(`Invalid JSON payload received. Unknown name "${unknown}": Cannot find field.`);
  return body;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** One page of a list. `pageToken` of one page is where the next begins. */
export function pageOf<T>({ query, google }: Call, all: readonly T[]): { page: T[]; nextPageToken?: string } {
  const from = Number((query.get('pageToken') ?? 'after-0').replace('after-', ''));
  if (!Number.isInteger(from) || from > all.length) throw refuse(400, 'The page token is invalid.');
  const to = from + google.pageSize;
  return { page: all.slice(from, to), ...(to < all.length && { nextPageToken: `after-${to}` }) };
}
