// Lists come in pages, and what they list changes between two of them.
import type { Fault, Plan } from './plan';
import type { Random } from './random';

const MINUTE = 60_000;

/** Hours of it: most lists are as they are at once. */
export function pages(_plan: Plan, random: Random): Fault[] {
  const fromMs = random.between('pages from', 0, 30) * MINUTE;
  return [{ kind: 'pages', what: '', fromMs, toMs: fromMs + random.between('pages long', 30, 240) * MINUTE }];
}
