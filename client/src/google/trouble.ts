// Reasons why calls do not reach Google, each with its remedy: one table for the network, one for the sign-in.
import { ExpectedError } from '../core/errors';
import type { Proxy } from '../core/proxies';

/** Google was not reached, or did not accept the sign-in. Another try would fail in the same way. */
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
  /** Code of the system or of TLS, or the HTTP status with which a proxy refuses. */
  code: string | number;
  /** Set if the obstacle is on the way to this proxy, or is the proxy itself. */
  proxy?: Proxy;
  /** Nothing failed, but no answer came in time, before or after the connection was made. A slow line looks the same. */
  silence?: 'unconnected' | 'connected';
}

/** Signs in again; writes to gcloud's own place. */
export const SIGN_IN = 'gcloud auth application-default login';
const ONLINE = 'Is this computer online?';
const IN_THE_WAY = 'Check for a firewall, a VPN or a login page of this network.';
const CERTIFICATE = 'If your company uses a proxy, trust its certificate: export NODE_EXTRA_CA_CERTS=FILE';
const CLOCK = 'Correct the clock of this computer.';

/** Codes -> what is wrong, and what to do. */
const NETWORK: readonly (readonly [codes: RegExp, wrong: string, remedy: string])[] = [
  [/^EAI_/, 'no name server answers', ONLINE],
  [/^ENOTFOUND$/, 'its name is not known', `${ONLINE} If it is, check its name server, or set a proxy.`],
  [/^E(NET|HOST)(UNREACH|DOWN)$|^EADDRNOTAVAIL$/, 'there is no route to it', ONLINE],
  [/^(ETIMEDOUT|ESOCKETTIMEDOUT)$/, 'it does not answer', `${ONLINE} ${IN_THE_WAY}`],
  [/^ECONNREFUSED$/, 'the connection was refused', IN_THE_WAY],
  [/^(ECONNRESET|ECONNABORTED|EPIPE)$/, 'the connection was reset', IN_THE_WAY],
  [/^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/, 'its certificate is not valid at this time', CLOCK],
  [/ALTNAME_INVALID$/, 'another server answers instead', IN_THE_WAY],
  [/^(ERR_SSL_|ERR_TLS_|EPROTO$)/, 'the answer is not valid TLS', IN_THE_WAY],
  [
    /^(DEPTH_ZERO_)?SELF_SIGNED_CERT|^UNABLE_TO_(GET|VERIFY|DE)|^CERT_|^CRL_/,
    'its certificate is not trusted',
    CERTIFICATE,
  ],
];

const OTHER = ['', 'the connection failed', ONLINE] as const;

/** Messages of Google's libraries about credentials, each with a sentence that explains it. */
const CREDENTIALS: readonly (readonly [pattern: RegExp, sentence: string])[] = [
  [
    /\binvalid_grant\b[^]*(timeframe|\biat\b|\bexp\b)|RequestTimeTooSkewed/,
    `Google rejects the time of this computer. ${CLOCK}`,
  ],
  [
    /\binvalid_grant\b[^]*(JWT Signature|account not found)/i,
    `The key of the service account is no longer valid. Create a new key, or sign in: ${SIGN_IN}`,
  ],
  // OpenSSL's own words, of a file whose private_key is cut or no key.
  [
    /\b(DECODER|PEM) routines::|secretOrPrivateKey must be/,
    `The private key of the service account cannot be read: its file is damaged. Create a new key, or sign in: ${SIGN_IN}`,
  ],
  [
    /\b(invalid_grant|invalid_rapt)\b|\breauth(entication)?\b/i,
    `Your sign-in to Google Cloud has expired or was revoked. Sign in again: ${SIGN_IN}`,
  ],
  [/\b(invalid|unauthorized|deleted)_client\b/, `Google no longer accepts your sign-in. Sign in again: ${SIGN_IN}`],
  [/Could not load the default credentials/, `You are not signed in to Google Cloud. Run: ${SIGN_IN}`],
  [
    /requires a quota project/,
    'Your sign-in has no quota project. Run: gcloud auth application-default set-quota-project PROJECT',
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
    return `The proxy ${url.host} does not allow connections to ${host} (HTTP ${status}). Correct ${variable}, or ask the administrator of the proxy.`;
  }
  return url.username
    ? `The proxy ${url.host} rejects the user name and password in ${variable}. Correct them: export ${place}`
    : `The proxy ${url.host} requires a user name and a password. Run: export ${place}`;
}

/** The trouble with the credentials that an error reports; undefined if the error is about something else. */
export function credentialsTrouble(error: unknown): GoogleTrouble | undefined {
  const text = textOf(error);
  const sentence = CREDENTIALS.find(([pattern]) => pattern.test(text))?.[1];
  return sentence === undefined ? undefined : new GoogleTrouble(sentence, true, { cause: error });
}

/**
 * The trouble with the network, or with the way to `proxy`, that an error reports. Undefined if it reports none, or if its
 * address is on this computer and not a proxy: the services on this computer have their own messages.
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

/** Whether the text contains the proxy's name, or the address of the name. */
function namesProxy(text: string, { url }: Proxy): boolean {
  const words = text.split(/[.:]*[\s,;()]+|[.:]+$/);
  const port = `:${url.port || 80}`;
  return words.some((word, at) => {
    const isConnecting = words[at - 2] === 'connect' && isOfNetwork(words[at - 1] ?? '');
    return word === url.hostname || word === url.host || (isConnecting && word.endsWith(port));
  });
}

/** The message with code and causes: each library stores the network's error in another place. */
function textOf(error: unknown, depth = 0): string {
  const { code, message, cause, errors, syscall, path } = (error ?? {}) as Record<string, unknown>;
  if (typeof message !== 'string' || depth > 3) return '';
  // An error about a file: its path may contain any word.
  if (typeof syscall === 'string' && typeof path === 'string') return '';
  const inner = [cause, ...(Array.isArray(errors) ? errors : [])].map((one) => textOf(one, depth + 1));
  return [typeof code === 'string' ? code : '', withoutPaths(message), ...inner].join(' ').trim();
}

/** Removes paths, which may contain any word, and reduces addresses to their hosts. */
const withoutPaths = (text: string): string =>
  text.replace(/(['"])(?:[A-Za-z]:)?[\\/.~][^'"\n]*\1/g, "''").replace(/\S*[\\/]\S*/g, (word) => {
    return /\w+:\/\/[^\s/\\'"]+/.exec(word)?.[0] ?? '';
  });
