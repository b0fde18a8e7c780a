// Identity tokens of VMs.
import type { Claims } from '../engine/vm/identity';

export interface Tokens {
  /**
   * The claims of a token that its issuer signed and that was valid at `at` (ISO 8601); undefined for any other text. The
   * caller compares whom they name. Throws where the issuer's certificates are not available.
   */
  verify(token: string, at: string): Promise<Claims | undefined>;
}
