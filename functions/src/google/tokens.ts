// Verifies the identity tokens of VMs. By hand where the library would not do: it holds the expiry against now, and a report
// that was delivered an hour late is genuine all the same. The certificates are Google's, cached for as long as they say.
import { identityClaims, identityHeader, type Endpoints, type IdentityClaims } from '@mymlops/protocol';
import { createPublicKey, verify as verifySignature } from 'node:crypto';
import type { Claims } from '../engine/vm/identity';
import type { Tokens } from '../ports';
import { deadlineMs, lazily } from './connection';
import { withDeadline } from './deadline';

/** PEM certificates, or public keys, by key id. */
type Keys = Record<string, string>;

const MAX_TOKEN_LENGTH = 4000;
/** A VM's clock plays no part, but Google's many do. */
const CLOCK_SKEW_SECONDS = 300;

export function openTokens(local: () => Endpoints | undefined): Tokens {
  const fetchGoogles = lazily(openGoogles);
  const keys = async (): Promise<Keys> => {
    const here = local();
    if (here) return here.identityKeys ?? {};
    return withDeadline('certificates', deadlineMs(here), (await fetchGoogles())());
  };
  return {
    async verify(token, at) {
      const parts = readToken(token);
      const key = parts && pick(await keys(), parts.kid);
      if (!parts || key === undefined) return undefined;
      const isSigned = verifySignature('RSA-SHA256', Buffer.from(parts.signed), createPublicKey(key), parts.signature);
      const claims = isSigned ? identityClaims.safeParse(parseBase64Json(parts.payload)) : undefined;
      return claims?.success && isInTime(claims.data, at) ? claimsOf(claims.data) : undefined;
    },
  };
}

/** The library fetches and caches them. */
async function openGoogles(): Promise<() => Promise<Keys>> {
  const { OAuth2Client } = await import('./libraries/auth');
  const client = new OAuth2Client();
  return async () => {
    const { certs } = await client.getFederatedSignonCertsAsync();
    return certs as Keys;
  };
}

const pick = (keys: Keys, kid: string): string | undefined => (Object.hasOwn(keys, kid) ? keys[kid] : undefined);

/** The token taken apart; undefined where it is none. Says nothing of its truth. */
function readToken(token: string) {
  const [head = '', body = '', signature = '', ...rest] = token.length > MAX_TOKEN_LENGTH ? [] : token.split('.');
  const parsed = identityHeader.safeParse(parseBase64Json(head));
  if (!parsed.success || rest.length > 0 || signature === '') return undefined;
  return {
    kid: parsed.data.kid,
    signed: `${head}.${body}`,
    payload: body,
    signature: Buffer.from(signature, 'base64url'),
  };
}

function parseBase64Json(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Against the time at which Pub/Sub accepted the message. That it was signed after that says nothing against a token: its
 * signer's clock was set back meanwhile, as may happen on this computer.
 */
const isInTime = ({ exp }: IdentityClaims, at: string): boolean => Date.parse(at) / 1000 <= exp + CLOCK_SKEW_SECONDS;

function claimsOf({ aud, google: { compute_engine: vm } }: IdentityClaims): Claims {
  return {
    audience: aud,
    project: vm.project_id,
    zone: vm.zone,
    vm: vm.instance_name,
    instanceId: vm.instance_id,
    createdMs: vm.instance_creation_timestamp * 1000,
  };
}
