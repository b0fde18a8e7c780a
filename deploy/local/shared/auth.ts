// Who may call the local cloud. It listens on loopback, where every web page (through the browser) and every user of this
// computer can connect. So a call needs a bearer token that only this user can read, and no header of a browser or proxy.
// Each identity has a token of its own; what it may do with it is in rights.ts.
import { IDENTITIES, type Identity } from '@mymlops/protocol';
import { createHmac, timingSafeEqual } from 'node:crypto';

/** `owner`: the user, who may do everything here, as on Google the owner of a project. */
export interface Caller {
  identity: Identity | 'owner';
  /** Where it is a VM, its name. */
  vm?: string;
}

export interface Refusal {
  status: 401 | 403;
  message: string;
}

export type Headers = Record<string, string | string[] | undefined>;

export interface Auth {
  /** The caller, or the refusal of a call that nobody may make. */
  callerOf(headers: Headers): Caller | Refusal;
  /** The access token of an identity. It is derived from the owner's, so that it stays valid after a restart. */
  tokenOf(identity: Exclude<Identity, 'vm'>): string;
  /** The same for a VM. */
  vmToken(vm: string): string;
}

export const isRefusal = (caller: Caller | Refusal): caller is Refusal => 'status' in caller;

// Not sec-fetch-mode: Node's own fetch sends it. A browser always sends sec-fetch-site with it.
const FOREIGN_HEADERS = ['origin', 'x-forwarded-for', 'sec-fetch-site', 'sec-fetch-dest', 'sec-fetch-user'];
const LOOPBACK_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

/** Refuses what browsers and proxies send. gRPC's `:authority` counts as Host; calls over a socket file have none. */
export function foreignRefusal(headers: Headers): Refusal | null {
  const foreign = FOREIGN_HEADERS.find((name) => headers[name] !== undefined);
  if (foreign !== undefined) return { status: 403, message: `refused: the request has the header ${foreign}` };
  const host = headers[':authority'] ?? headers['host'];
  if (host !== undefined && !LOOPBACK_HOST.test(String(host))) {
    return { status: 403, message: 'refused: the Host header must name this computer' };
  }
  return null;
}

export function createAuth(ownerToken: string): Auth {
  const signatureOf = (text: string): string => createHmac('sha256', ownerToken).update(text).digest('hex');
  const vmToken = (vm: string): string => `vm.${vm}.${signatureOf(`vm ${vm}`)}`;
  const tokens = new Map<string, Caller>([[ownerToken, { identity: 'owner' }]]);
  const tokenOf = (identity: Identity): string => `${identity}.${signatureOf(`identity ${identity}`)}`;
  for (const identity of IDENTITIES) if (identity !== 'vm') tokens.set(tokenOf(identity), { identity });

  const callerWith = (token: string): Caller | undefined => {
    for (const [known, caller] of tokens) if (sameText(token, known)) return caller;
    const vm = /^vm\.([a-z0-9-]+)\.[0-9a-f]{64}$/.exec(token)?.[1];
    return vm !== undefined && sameText(token, vmToken(vm)) ? { identity: 'vm', vm } : undefined;
  };

  return {
    tokenOf,
    vmToken,
    callerOf(headers) {
      const foreign = foreignRefusal(headers);
      if (foreign) return foreign;
      const bearer = /^Bearer (.+)$/.exec(String(headers['authorization'] ?? ''))?.[1];
      const caller = bearer === undefined ? undefined : callerWith(bearer);
      return caller ?? { status: 401, message: 'refused: the bearer token is missing or wrong' };
    },
  };
}

function sameText(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
