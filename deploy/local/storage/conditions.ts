// The preconditions of a request: ifGenerationMatch and the like, checked against the current object.
import { HttpError } from '../shared/http';

export interface Conditions {
  ifGenerationMatch?: string;
  ifGenerationNotMatch?: string;
  ifMetagenerationMatch?: string;
  ifMetagenerationNotMatch?: string;
}

export const CONDITION_PARAMETERS = [
  'ifGenerationMatch',
  'ifGenerationNotMatch',
  'ifMetagenerationMatch',
  'ifMetagenerationNotMatch',
] as const satisfies (keyof Conditions)[];

/** Reads the preconditions of a query string. Throws HttpError 400 for a value that is not a number. */
export function conditionsOf(query: URLSearchParams): Conditions {
  const conditions: Conditions = {};
  for (const name of CONDITION_PARAMETERS) {
    const value = query.get(name);
    if (value === null) continue;
    if (!/^\d{1,19}$/.test(value)) throw new HttpError(400, 'invalid', `${name} is not a number: ${value}`);
    conditions[name] = BigInt(value).toString();
  }
  return conditions;
}

interface Versions {
  generation: string;
  metageneration: string;
}

/**
 * The name of the first condition that `current` does not meet, or null. An absent object counts as generation 0, and
 * meets no condition on a metageneration.
 */
export function unmetCondition(conditions: Conditions, current: Versions | undefined): keyof Conditions | null {
  const generation = current?.generation ?? '0';
  const { ifGenerationMatch, ifGenerationNotMatch, ifMetagenerationMatch, ifMetagenerationNotMatch } = conditions;
  if (ifGenerationMatch !== undefined && ifGenerationMatch !== generation) return 'ifGenerationMatch';
  if (ifGenerationNotMatch !== undefined && ifGenerationNotMatch === generation) return 'ifGenerationNotMatch';
  if (ifMetagenerationMatch !== undefined && ifMetagenerationMatch !== current?.metageneration) {
    return 'ifMetagenerationMatch';
  }
  if (ifMetagenerationNotMatch !== undefined && ifMetagenerationNotMatch === (current?.metageneration ?? '0')) {
    return 'ifMetagenerationNotMatch';
  }
  return null;
}

/** Throws HttpError 412 for an unmet condition. */
export function requireConditions(conditions: Conditions, current: Versions | undefined): void {
  const unmet = unmetCondition(conditions, current);
  if (unmet !== null) {
    throw new HttpError(
      412,
      'conditionNotMet',
      `At least one of the pre-conditions you specified did not hold: ${unmet}`,
    );
  }
}
