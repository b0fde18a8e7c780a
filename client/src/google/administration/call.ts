// One call to an administrative API of Google, with the sign-in of who deploys.
import { DeadlineError, withDeadline } from '@mymlops/google';
import { RestError, refusalOf, refusalOfSignIn } from '../rest';
import type { Answer, Refusal } from './port';
import type { AdministrationOptions, Service, SignedIn } from './options';

export interface CallOptions {
  method?: 'DELETE' | 'GET' | 'POST' | 'PATCH';
  body?: object | string;
  headers?: Readonly<Record<string, string>>;
  /** The call may be made again after a failure that may have had its effect. GET always may. */
  isRepeatable?: boolean;
  /** The answer is a text, and not read as JSON. */
  isText?: boolean;
}

export interface Calls {
  (service: Service, path: string, options?: CallOptions): Promise<Answer<unknown>>;
  /** Throws if there is no sign-in. */
  signedIn(): Promise<SignedIn>;
}

/** The caller may not act as the account of --impersonate, or it does not exist. */
export class ImpersonationRefused extends RestError {
  account = '';
  refusal: Refusal | undefined;
}

/** As the library says it where a call of its own takes too long. */
function orLate(error: unknown): never {
  if (!(error instanceof DeadlineError)) throw error;
  throw Object.assign(new Error(error.message, { cause: error }), { code: 'ETIMEDOUT' });
}

const TIMEOUT_MS = 60_000;
/** With its repetitions. */
const LONGEST_MS = 5 * TIMEOUT_MS;

/**
 * Calls resolve to Google's answer or its refusal. They throw where Google gave none: for the network, the sign-in (also one
 * that Google does not accept), and after three repetitions for a service that fails or has too many requests.
 */
export function callsTo(options: AdministrationOptions): Calls {
  let opened: Promise<SignedIn> | undefined;
  const signedIn = (): Promise<SignedIn> =>
    (opened ??= import('./sign-in').then(({ signIn }) => signIn(options, (service) => baseOf(options, service))));

  const once = async (service: Service, path: string, how: CallOptions = {}): Promise<Answer<unknown>> => {
    const { client } = await signedIn();
    const { method = 'GET', body, headers = {}, isRepeatable = method === 'GET', isText } = how;
    const base = baseOf(options, service);
    try {
      const requested = client.request({
        ...{ url: `${base}${path}`, method, data: body, headers, timeout: TIMEOUT_MS },
        responseType: isText ? 'text' : 'json',
        ...(isRepeatable && { retry: true, retryConfig: { httpMethodsToRetry: [method] } }),
      });
      // Its own limit does not hold for the sign-in, which comes first and is one of Google's library.
      const { data } = await withDeadline(base, LONGEST_MS, requested).catch(orLate);
      return { value: data };
    } catch (error) {
      return refusedBy(error, base, options.impersonate);
    }
  };
  const call = async (service: Service, path: string, how?: CallOptions): Promise<Answer<unknown>> => {
    for (;;) {
      const answer = await once(service, path, how);
      if (!answer.refusal || !(await options.mayPass?.(answer.refusal))) return answer;
    }
  };
  return Object.assign(call, { signedIn });
}

const baseOf = ({ hosts }: AdministrationOptions, service: Service): string =>
  hosts?.[service] ?? `https://${service}.googleapis.com`;

function refusedBy(error: unknown, base: string, account: string | undefined): { refusal: Refusal } {
  const { response } = error as { response?: { url: string; status: number; data: unknown } };
  if (!response) throw error;
  const { status, url } = response;
  const data = typeof response.data === 'string' ? jsonOr(response.data) : response.data;
  if (!url.startsWith(`${base}/`)) throw refusedSignIn(error, status, data, account);
  const refused = refusalOf(status, data, error);
  if (!isAnswer(status, data)) throw refused;
  return { refusal: { status, message: refused.message, ...reasonIn(refused.details), ...permissionIn(refused) } };
}

/** A refusal is JSON, also of a call whose answer would be a text. A gateway on the way answers with a page. */
function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function refusedSignIn(error: unknown, status: number, data: unknown, account: string | undefined): RestError {
  const refused = refusalOfSignIn(status, data, error);
  if (!/unable to impersonate/.test((error as Error).message)) return refused;
  const refusal = new ImpersonationRefused(refused.code, refused.message, { cause: error }, refused.details);
  refusal.account = account ?? '';
  refusal.refusal = { status, message: refused.message, ...reasonIn(refused.details) };
  return refusal;
}

/** Whether the service refused this very call, in Google's form: not the token, and not because it was busy. */
function isAnswer(status: number, data: unknown): boolean {
  const { error } = (data ?? {}) as { error?: unknown };
  const isGoogles = typeof error === 'object' && error !== null;
  return isGoogles && status >= 400 && status < 500 && ![401, 408, 429].includes(status);
}

/** https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto (ErrorInfo) */
function reasonIn(details: readonly object[]): Pick<Refusal, 'reason' | 'service'> {
  const infos = details as readonly { reason?: string; metadata?: { service?: string; services?: string } }[];
  const info = infos.find(({ reason }) => typeof reason === 'string');
  const service = info?.metadata?.service;
  return { ...(info?.reason !== undefined && { reason: info.reason }), ...(service !== undefined && { service }) };
}

/** In the details of newer services, in the words of older ones: "Permission 'a.b.c' denied", "does not have a.b.c access". */
function permissionIn({ details, message }: RestError): Pick<Refusal, 'permission'> {
  const infos = details as readonly { metadata?: { permission?: string } }[];
  const named = infos.find(({ metadata }) => metadata?.permission)?.metadata?.permission;
  const permission = named ?? /\b[a-z]+(\.[a-zA-Z]+){2}(?=['"`]? (denied|access|permission))/i.exec(message)?.[0];
  return permission === undefined ? {} : { permission };
}
