// Identity tokens of VMs.
import type { Claims } from '../engine/vm/identity';

export interface Tokens {
  /**
   * What a token says, if its issuer signed it and it was valid at `at` (ISO 8601); undefined for any other text. Whom it
   * speaks for is for the caller to compare. Throws where the issuer's certificates are not available.
   */
  verify(token: string, at: string): Promise<Claims | undefined>;
}
