// What keeps calls from Google, and what to do about it: one table for the network, one for the sign-in.
import { ExpectedError } from '../errors';
import type { Proxy } from '../proxies';

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

/** What stands between this computer and a host. */
export interface Obstacle {
  host: string;
  /** The system's or TLS's code, or the HTTP status with which a proxy refuses. */
  code: string | number;
  /** Set where it is the way to this proxy, or the proxy itself. */
  proxy?: Proxy;
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
  [/SELF_SIGNED|^UNABLE_TO_|^CERT_|^CRL_/, 'its certificate is not trusted', CERTIFICATE],
];

const OTHER = ['', 'the connection fails', ONLINE] as const;

/** What Google's libraries say of credentials -> what it means. */
const CREDENTIALS: readonly (readonly [pattern: RegExp, sentence: string])[] = [
  [
    /invalid_grant[^]*(timeframe|\biat\b|\bexp\b)|RequestTimeTooSkewed/,
    `Google does not accept the time that this computer shows. ${CLOCK}`,
  ],
  [
    /invalid_grant[^]*(JWT Signature|account not found)/i,
    `The key of the service account is not valid any more. Make a new one, or sign in: ${SIGN_IN}`,
  ],
  [
    /invalid_grant|invalid_rapt|reauth/,
    `Your sign-in to Google Cloud has expired or was revoked. Sign in again: ${SIGN_IN}`,
  ],
  [/(invalid|unauthorized|deleted)_client/, `Google does not take your sign-in any more. Sign in again: ${SIGN_IN}`],
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

/** What an error says of the credentials; undefined where it is about something else. */
export function credentialsTrouble(error: unknown): GoogleTrouble | undefined {
  const text = textOf(error);
  const sentence = CREDENTIALS.find(([pattern]) => pattern.test(text))?.[1];
  return sentence === undefined ? undefined : new GoogleTrouble(sentence, true, { cause: error });
}

/**
 * What an error says of the network. Undefined where it says nothing, or names an address of this computer: its own
 * services have sentences of their own.
 */
export function networkTrouble(error: unknown): GoogleTrouble | undefined {
  const text = textOf(error);
  const code = codeIn(text);
  const host = /\b(?:[a-z0-9-]+\.)+[a-z][a-z-]+\b/.exec(text)?.[0];
  if (code === undefined || host === undefined) return undefined;
  return new GoogleTrouble(describeObstacle({ host, code }), false, { cause: error });
}

/** The code by which the network names what failed. */
export const codeOf = (error: unknown): string | undefined => codeIn(textOf(error));

const codeIn = (text: string): string | undefined =>
  text.match(/\b[A-Z][A-Z_]{4,}\b/g)?.find((word) => NETWORK.some(([codes]) => codes.test(word)));

/** With its code and its causes: each library leaves in another place what the network said. */
function textOf(error: unknown, depth = 0): string {
  const { code, message, cause, errors } = (error ?? {}) as Record<string, unknown>;
  if (typeof message !== 'string' || depth > 3) return '';
  const inner = [cause, ...(Array.isArray(errors) ? errors : [])].map((one) => textOf(one, depth + 1));
  return [typeof code === 'string' ? code : '', message, ...inner].join(' ').trim();
}
