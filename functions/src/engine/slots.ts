// Who may have a VM: at most `max` runs of a limit, first come first served. Pure.
import { DEPLOYMENT_SCOPE, profileScope, type CommitRequest, type Limit, type RunState } from '@mymlops/protocol';

export interface Scope {
  scope: string;
  max: number;
}

/**
 * The limits that a run counts towards, in the order in which it takes them: the narrow one first, so that a run that waits
 * for its profile does not stand before others in the deployment's queue.
 */
export function scopesOf({ maxParallel, profile }: CommitRequest, deploymentMax: number): Scope[] {
  const deployment = { scope: DEPLOYMENT_SCOPE, max: deploymentMax };
  return maxParallel === undefined ? [deployment] : [{ scope: profileScope(profile), max: maxParallel }, deployment];
}

const emptyLimit = (max: number): Limit => ({ v: 1, max, holders: [], queue: [] });

/** The limit after `run` asked for a slot: it holds one, or stands in the queue. The same object where nothing changed. */
export function afterAsking(known: Limit | undefined, run: string, max: number): Limit {
  const limit = known ?? emptyLimit(max);
  if (limit.holders.includes(run)) return limit;
  const place = limit.queue.indexOf(run);
  const ahead = place < 0 ? limit.queue.length : place;
  if (limit.holders.length + ahead < max) {
    return { ...limit, max, holders: [...limit.holders, run], queue: limit.queue.filter((other) => other !== run) };
  }
  return place < 0 || limit.max !== max
    ? { ...limit, max, queue: place < 0 ? [...limit.queue, run] : limit.queue }
    : limit;
}

/** The limit without `run`, in either place; the same object where it was in neither. */
export function afterLeaving(limit: Limit, run: string): Limit {
  if (!limit.holders.includes(run) && !limit.queue.includes(run)) return limit;
  const others = (runs: readonly string[]): string[] => runs.filter((other) => other !== run);
  const zones = { ...limit.zones };
  delete zones[run];
  return { ...limit, holders: others(limit.holders), queue: others(limit.queue), ...(limit.zones && { zones }) };
}

/** The limit after `run`, a holder, decided on a zone; the same object where nothing changed. */
export function afterPlacing(limit: Limit, run: string, zone: string): Limit {
  if (!limit.holders.includes(run) || limit.zones?.[run] === zone) return limit;
  return { ...limit, zones: { ...limit.zones, [run]: zone } };
}

/** How many other runs have, or are about to have, a VM in each zone. */
export function othersByZone({ zones = {} }: Pick<Limit, 'zones'>, run: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [other, zone] of Object.entries(zones)) {
    if (other !== run) counts.set(zone, (counts.get(zone) ?? 0) + 1);
  }
  return counts;
}

/** Runs whose turn it is, first in the queue first. */
export const nextInLine = ({ max, holders, queue }: Limit): string[] =>
  queue.slice(0, Math.max(0, max - holders.length));

/** Whether the run has, or waits for, a place that it would have to give back. */
export const hasSlots = ({ slots }: RunState): boolean =>
  slots !== undefined && (slots.held.length > 0 || slots.waiting !== undefined);
