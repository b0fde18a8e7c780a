// Texts that a database takes: UTF-8, in which half a character (a lone surrogate) has no form.

/** How JSON writes half a character, or either half of a whole one. */
const SURROGATE = /\\u[dD][89a-fA-F]/;

/** Whether JSON text may hold half a character. Nearly none does, so that nearly none is looked through. */
export const mayHoldHalves = (json: string): boolean => SURROGATE.test(json) || !json.isWellFormed();

/** The same JSON value with U+FFFD for each half of a character, also in names. */
export function withoutHalves(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(withoutHalves);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name.toWellFormed(), withoutHalves(inner)]));
}
