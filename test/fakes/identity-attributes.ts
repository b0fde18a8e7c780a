// An identity token as the agent sends it.
import { IDENTITY_ATTRIBUTES, IDENTITY_PART_LENGTH } from '@mymlops/protocol';

/** The attributes that carry `token`. */
export function identityAttributes(token: string): Record<string, string> {
  const parts = IDENTITY_ATTRIBUTES.map((name, index): [string, string] => {
    const start = index * IDENTITY_PART_LENGTH;
    return [name, token.slice(start, start + IDENTITY_PART_LENGTH)];
  });
  return Object.fromEntries(parts.filter(([, part]) => part !== ''));
}
