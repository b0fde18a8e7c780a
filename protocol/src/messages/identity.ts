// The VM's identity token beside a report: in the message's attributes, never in its body, so that what is stored or logged
// cannot hold it. Pub/Sub takes 1,024 bytes a value, and a token with the VM's claims is often longer: it comes in parts.
import * as z from 'zod/mini';

/** Attributes, in the order in which their values make the token. The agent cuts at IDENTITY_PART_LENGTH. */
export const IDENTITY_ATTRIBUTES = ['identity1', 'identity2', 'identity3', 'identity4'] as const;
export const IDENTITY_PART_LENGTH = 1000;

/** The token in a message's attributes; empty if they hold none. */
export function identityIn(attributes: Readonly<Record<string, string>>): string {
  return IDENTITY_ATTRIBUTES.map((name) => attributes[name] ?? '').join('');
}

/** Who signs identity tokens (https://cloud.google.com/compute/docs/instances/verifying-instance-identity). */
export const IDENTITY_ISSUER = 'https://accounts.google.com';
/** Google writes its name in two ways. */
export const IDENTITY_ISSUERS = [IDENTITY_ISSUER, 'accounts.google.com'] as const;

/** The claims of a token of `format=full`; times in seconds since the epoch. */
export const identityClaims = z.looseObject({
  iss: z.enum(IDENTITY_ISSUERS),
  aud: z.string(),
  exp: z.number(),
  google: z.looseObject({
    compute_engine: z.looseObject({
      project_id: z.string(),
      zone: z.string(),
      instance_name: z.string(),
      instance_id: z.string(),
      instance_creation_timestamp: z.number(),
    }),
  }),
});
export type IdentityClaims = z.infer<typeof identityClaims>;
