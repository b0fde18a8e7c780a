// Verifies the identity tokens of VMs, against the time at which Pub/Sub accepted the message: a report that was delivered
// hours late is still genuine.
import { callDeadlineMs, lazily } from '@mymlops/google';
import { IDENTITY_ISSUERS, identityClaims, type IdentityClaims } from '@mymlops/protocol';
import { createPublicKey } from 'node:crypto';
import type { JWTVerifyGetKey } from 'jose';
import type { Claims } from '../engine/vm/identity';
import type { Tokens } from '../ports/tokens';
import type { LocalCloud } from './connection';
import type * as Jose from './libraries/jose';

type Library = typeof Jose;

/** Google's certificates (https://cloud.google.com/compute/docs/instances/verifying-instance-identity). */
const CERTIFICATES = new URL('https://www.googleapis.com/oauth2/v3/certs');
/** Google itself allows several hours. */
const CERTIFICATES_MAX_AGE_MS = 3600_000;
/** A token signed with a key that is not known yet makes us fetch them again, but not more often than this. */
const FETCH_AGAIN_AFTER_MS = 30_000;
const MAX_TOKEN_LENGTH = 4000;
/** A VM's clock plays no part, but Google's many do. */
const CLOCK_SKEW_SECONDS = 300;

/** `fetchCertificates` replaces the fetch of Node.js in tests. */
export function openTokens(
  local: () => Pick<LocalCloud, 'identityKeys'> | undefined,
  fetchCertificates: typeof fetch = fetch,
): Tokens {
  const library = lazily(() => import('./libraries/jose'));
  const googleKeys = lazily(async () => googleKeysOf(await library(), fetchCertificates));
  return {
    async verify(token, at) {
      if (token.length > MAX_TOKEN_LENGTH) return undefined;
      const jose = await library();
      const here = local();
      const keys = here ? localKeysOf(jose, here.identityKeys) : await googleKeys();
      try {
        const { payload } = await jose.jwtVerify(token, keys, {
          algorithms: ['RS256'],
          issuer: [...IDENTITY_ISSUERS],
          currentDate: new Date(at),
          clockTolerance: CLOCK_SKEW_SECONDS,
        });
        const claims = identityClaims.safeParse(payload);
        return claims.success ? claimsOf(claims.data) : undefined;
      } catch (error) {
        if (error instanceof CertificatesError) throw error;
        return undefined;
      }
    },
  };
}

/** Says nothing about the token: the message is delivered again. */
class CertificatesError extends Error {}

/** Fetched at the first token, and kept. Rejects with CertificatesError for all but a token whose key is not among them. */
function googleKeysOf({ createRemoteJWKSet, customFetch, errors }: Library, fetchThem: typeof fetch): JWTVerifyGetKey {
  const find = createRemoteJWKSet(CERTIFICATES, {
    timeoutDuration: callDeadlineMs(undefined),
    cooldownDuration: FETCH_AGAIN_AFTER_MS,
    cacheMaxAge: CERTIFICATES_MAX_AGE_MS,
    [customFetch]: fetchThem,
  });
  return async (header, token) => {
    try {
      return await find(header, token);
    } catch (error) {
      const isOfToken = error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
      if (isOfToken) throw error;
      throw new CertificatesError(`Google's certificates cannot be had: ${String(error)}`, { cause: error });
    }
  };
}

/** The local cloud's keys: PEM by key id. */
function localKeysOf({ errors }: Library, pems: Record<string, string>): JWTVerifyGetKey {
  return ({ kid = '' }) => {
    const pem = Object.hasOwn(pems, kid) ? pems[kid] : undefined;
    if (pem === undefined) throw new errors.JWKSNoMatchingKey();
    return createPublicKey(pem);
  };
}

function claimsOf({ aud, google: { compute_engine: vm } }: IdentityClaims): Claims {
  return {
    audience: aud,
    project: vm.project_id,
    zone: vm.zone,
    vm: vm.instance_name,
    vmId: vm.instance_id,
    createdMs: vm.instance_creation_timestamp * 1000,
  };
}
