// Who may call the local cloud. It listens on loopback, where every web page (through the browser) and every user of this
// computer can connect. So a call needs a bearer token that only this user can read, and no header of a browser or proxy.
import { createHmac, timingSafeEqual } from 'node:crypto';

/** `owner`: client and functions. `vm`: code on a VM, which may publish events and use the bucket, nothing else. */
export type Role = 'owner' | 'vm';

export interface Refusal {
  status: 401 | 403;
  message: string;
}

export type Headers = Record<string, string | string[] | undefined>;

export interface Auth {
  /** Null if a call with these headers is allowed; `roles` are those that this service serves. */
  refusal(headers: Headers, roles: readonly Role[]): Refusal | null;
  /** The access token of a VM. It is derived from the VM's name, so that it stays valid after a restart. */
  vmToken(vm: string): string;
}

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
  const vmSignature = (vm: string): string => createHmac('sha256', ownerToken).update(`vm ${vm}`).digest('hex');
  const vmToken = (vm: string): string => `vm.${vm}.${vmSignature(vm)}`;

  const roleOf = (token: string): Role | null => {
    if (sameText(token, ownerToken)) return 'owner';
    const vm = /^vm\.([a-z0-9-]+)\.[0-9a-f]{64}$/.exec(token)?.[1];
    return vm !== undefined && sameText(token, vmToken(vm)) ? 'vm' : null;
  };

  return {
    vmToken,
    refusal(headers, roles) {
      const foreign = foreignRefusal(headers);
      if (foreign) return foreign;
      const bearer = /^Bearer (.+)$/.exec(String(headers['authorization'] ?? ''))?.[1];
      const role = bearer === undefined ? null : roleOf(bearer);
      if (role === null) return { status: 401, message: 'refused: the bearer token is missing or wrong' };
      return roles.includes(role) ? null : { status: 403, message: `refused: a ${role} may not call this service` };
    },
  };
}

function sameText(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
