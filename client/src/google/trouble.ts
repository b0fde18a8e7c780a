// The troubles that keep calls from reaching Google, each with its remedy: one table for the network, one for the
// sign-in.
import { ExpectedError } from '../core/errors';
import type { Proxy } from '../core/proxies';

/** Google was not reached, or did not take the sign-in. Another try would meet the same. */
export class GoogleTrouble extends ExpectedError {
  constructor(
    message: string,
    /** The call was surely not made. */
    readonly isRefusal: boolean,
    options?: ErrorOptions,
  ) {
    super(message, undefined, options);
  }
}

/** An obstacle between this computer and a host. */
export interface Obstacle {
  host: string;
  /** The system's or TLS's code, or the HTTP status with which a proxy refuses. */
  code: string | number;
  /** Set where it is the way to this proxy, or the proxy itself. */
  proxy?: Proxy;
  /** Nothing failed, but nothing came in time, before or after the connection was there. A slow line looks the same. */
  silence?: 'unconnected' | 'connected';
}

const SIGN_IN = 'gcloud auth application-default login';
const ONLINE = 'Is this computer online?';
const IN_THE_WAY = 'Look for a firewall, a VPN or a login page of this network.';
const CERTIFICATE = "If your company's proxy is in the way, give its certificate: export NODE_EXTRA_CA_CERTS=FILE";
const CLOCK = 'Set the clock of this computer right.';

/** Codes -> what is wrong, and what to do. */
const NETWORK: readonly (readonly [codes: RegExp, wrong: string, remedy: string])[] = [
  [/^EAI_/, 'no name server answers', ONLINE],
  [/^ENOTFOUND$/, 'its name is not known', `${ONLINE} If it is, look at its name server, or for a proxy to be set.`],
  [/^E(NET|HOST)(UNREACH|DOWN)$|^EADDRNOTAVAIL$/, 'there is no way to it', ONLINE],
  [/^(ETIMEDOUT|ESOCKETTIMEDOUT)$/, 'it does not answer', `${ONLINE} ${IN_THE_WAY}`],
  [/^ECONNREFUSED$/, 'the connection is refused', IN_THE_WAY],
  [/^(ECONNRESET|ECONNABORTED|EPIPE)$/, 'the connection breaks off', IN_THE_WAY],
  [/^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/, 'its certificate is not valid at this time', CLOCK],
  [/ALTNAME_INVALID$/, 'something else answers in its place', IN_THE_WAY],
  [/^(ERR_SSL_|ERR_TLS_|EPROTO$)/, 'the answer is not encrypted as it must be', IN_THE_WAY],
  [
    /^(DEPTH_ZERO_)?SELF_SIGNED_CERT|^UNABLE_TO_(GET|VERIFY|DE)|^CERT_|^CRL_/,
    'its certificate is not trusted',
    CERTIFICATE,
  ],
];

const OTHER = ['', 'the connection fails', ONLINE] as const;

/** Messages of Google's libraries about credentials, each with a sentence that explains it. */
const CREDENTIALS: readonly (readonly [pattern: RegExp, sentence: string])[] = [
  [
    /\binvalid_grant\b[^]*(timeframe|\biat\b|\bexp\b)|RequestTimeTooSkewed/,
    `Google does not accept the time that this computer shows. ${CLOCK}`,
  ],
  [
    /\binvalid_grant\b[^]*(JWT Signature|account not found)/i,
    `The key of the service account is not valid any more. Make a new one, or sign in: ${SIGN_IN}`,
  ],
  [
    /\b(invalid_grant|invalid_rapt)\b|\breauth(entication)?\b/i,
    `Your sign-in to Google Cloud has expired or was revoked. Sign in again: ${SIGN_IN}`,
  ],
  [
    /\b(invalid|unauthorized|deleted)_client\b/,
    `Google does not take your sign-in any more. Sign in again: ${SIGN_IN}`,
  ],
  [/Could not load the default credentials/, `You are not signed in to Google Cloud. Run: ${SIGN_IN}`],
  [
    /requires a quota project/,
    'Your sign-in names no project that its calls count for. Run: gcloud auth application-default set-quota-project PROJECT',
  ],
];

export function describeObstacle({ host, code, proxy }: Obstacle): string {
  if (typeof code === 'number' && proxy) return describeRefusal(code, host, proxy);
  const [, wrong, remedy] = NETWORK.find(([codes]) => codes.test(String(code))) ?? OTHER;
  if (!proxy) return `Google Cloud cannot be reached: ${wrong} (${host}, ${code}). ${remedy}`;
  const { url, variable } = proxy;
  return `The proxy ${url.host} cannot be reached: ${wrong} (${code}). Correct ${variable}, or run: unset ${variable}`;
}

function describeRefusal(status: number, host: string, { variable, url }: Proxy): string {
  const place = `${variable}=http://USER:PASSWORD@${url.host}`;
  if (status !== 407) {
    return `The proxy ${url.host} lets nothing through to ${host} (HTTP ${status}). Correct ${variable}, or ask who runs the proxy.`;
  }
  return url.username
    ? `The proxy ${url.host} does not take the user name and password of ${variable}. Correct them: export ${place}`
    : `The proxy ${url.host} lets nobody through without a user name and a password. Run: export ${place}`;
}

/** The trouble with the credentials that an error reports; undefined if the error is about something else. */
export function credentialsTrouble(error: unknown): GoogleTrouble | undefined {
  const text = textOf(error);
  const sentence = CREDENTIALS.find(([pattern]) => pattern.test(text))?.[1];
  return sentence === undefined ? undefined : new GoogleTrouble(sentence, true, { cause: error });
}

/**
 * The trouble with the network, or with the way to `proxy`, that an error reports. Undefined if it reports none, or if
 * it names an address of this computer at which no proxy is: the services of this computer have sentences of their own.
 */
export function networkTrouble(error: unknown, proxy?: Proxy): GoogleTrouble | undefined {
  const text = textOf(error);
  const code = codeIn(text);
  if (code !== undefined && proxy && namesProxy(text, proxy)) {
    return new GoogleTrouble(describeObstacle({ host: proxy.url.hostname, code, proxy }), false, { cause: error });
  }
  const host = /\b(?:[a-z0-9-]+\.)+[a-z][a-z-]+\b/.exec(text)?.[0];
  if (code === undefined || host === undefined) return undefined;
  return new GoogleTrouble(describeObstacle({ host, code }), false, { cause: error });
}

/** The code by which the network names what failed. */
export const networkCodeOf = (error: unknown): string | undefined => codeIn(textOf(error));

const isOfNetwork = (word: string): boolean => NETWORK.some(([codes]) => codes.test(word));

const codeIn = (text: string): string | undefined => text.match(/\b[A-Z][A-Z0-9_]{4,}\b/g)?.find(isOfNetwork);

/** By its name, or by the address that its name stands for. */
function namesProxy(text: string, { url }: Proxy): boolean {
  const words = text.split(/[.:]*[\s,;()]+|[.:]+$/);
  const port = `:${url.port || 80}`;
  return words.some((word, at) => {
    const isConnecting = words[at - 2] === 'connect' && isOfNetwork(words[at - 1] ?? '');
    return word === url.hostname || word === url.host || (isConnecting && word.endsWith(port));
  });
}

/** With its code and its causes: each library leaves in another place what the network said. */
function textOf(error: unknown, depth = 0): string {
  const { code, message, cause, errors, syscall, path } = (error ?? {}) as Record<string, unknown>;
  if (typeof message !== 'string' || depth > 3) return '';
  // About a file, whatever its name is.
  if (typeof syscall === 'string' && typeof path === 'string') return '';
  const inner = [cause, ...(Array.isArray(errors) ? errors : [])].map((one) => textOf(one, depth + 1));
  return [typeof code === 'string' ? code : '', withoutPaths(message), ...inner].join(' ').trim();
}

/** A path may hold any word. An address keeps its host. */
const withoutPaths = (text: string): string =>
  text.replace(/(['"])(?:[A-Za-z]:)?[\\/.~][^'"\n]*\1/g, "''").replace(/\S*[\\/]\S*/g, (word) => {
    return /\w+:\/\/[^\s/\\'"]+/.exec(word)?.[0] ?? '';
  });
