// Whether a report comes from the VM that it speaks for: the verified claims of its token against what was decided. Pure.
import { LABELS, type Attempt } from '@mymlops/protocol';

/** What a token says whose signature, issuer and time are verified. */
export interface Claims {
  audience: string;
  project: string;
  zone: string;
  vm: string;
  /** Numeric id of the VM: never given twice, other than its name. */
  instanceId: string;
  createdMs: number;
}

/** Compute Engine's clock and ours may differ by this. */
const CLOCK_SKEW_MS = 10_000;

/** Why the claims are not those of the VM of `attempt`; undefined where they are. */
export function identityProblem(
  claims: Claims,
  { run, project, attempt }: { run: string; project: string; attempt: Attempt },
): string | undefined {
  const { decided } = attempt;
  if (claims.audience !== run) return 'the token is for another run';
  if (claims.project !== project) return 'the VM is of another project';
  if (claims.zone !== decided.zone || claims.vm !== decided.vm) return 'the VM is not the one of this attempt';
  const knownId = knownInstanceId(attempt);
  if (knownId !== undefined) {
    return claims.instanceId === knownId ? undefined : 'a VM of the same name, but another one';
  }
  // Only the insert that follows the intent can have made it.
  const isOlder = claims.createdMs + CLOCK_SKEW_MS < Date.parse(decided.at);
  return isOlder ? 'the VM is older than the decision to make it' : undefined;
}

/** The attempt `number` of `run`. */
export interface Identity {
  run: string;
  number: number;
  attempt: Attempt;
}

/**
 * Whether what Compute Engine has under the attempt's name is the attempt's: another one may have got the name. Its user may
 * have taken labels off, so its numeric id tells as well, where that is known; an id that is another one proves nothing, for
 * not every call has to write it alike.
 */
export function isOf({ id, labels }: { id: string; labels: Record<string, string> }, identity: Identity): boolean {
  const { run, number, attempt } = identity;
  if (knownInstanceId(attempt) === id) return true;
  return labels[LABELS.run] === run && labels[LABELS.attempt] === String(number);
}

/** As Compute Engine answered the insert; until that is known, as the first genuine token said. */
function knownInstanceId({ insert, instanceId }: Attempt): string | undefined {
  return insert?.instanceId ?? instanceId;
}
