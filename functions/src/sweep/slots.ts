// Places in `limits` that nobody gives back, and runs that wait for one.
import { afterLeaving, nextInLine, scopesOf } from '../engine/slots';
import type { Context, StoredLimit, StoredRun } from '../ports';
import { isolated } from './report';
import type { Sweep } from './sweep';

/** The run stands in a queue and it is not its turn: whoever leaves calls it. */
export function isStillWaiting(
  { run, state }: StoredRun,
  limits: readonly StoredLimit[],
  deploymentMax: number,
): boolean {
  const { waiting } = state.slots ?? {};
  const scope =
    waiting && state.request && scopesOf(state.request, deploymentMax).find((it) => it.scope === waiting.scope);
  const limit = limits.find((known) => known.scope === waiting?.scope)?.limit;
  if (!scope || !limit?.queue.includes(run)) return false;
  // The limit as it is set now: one that was raised lets more in.
  return !nextInLine({ ...limit, max: scope.max }).includes(run);
}

/** `limits` were read before the live runs: who took a place since is not among them. */
export async function freeSlots(
  { context, report }: Sweep,
  limits: readonly StoredLimit[],
  live: ReadonlySet<string>,
): Promise<void> {
  const seated = limits.flatMap(({ limit }) => (limit ? [...limit.holders, ...limit.queue] : []));
  for (const run of new Set(seated)) {
    if (live.has(run)) continue;
    await isolated(run, report, async () => {
      report.freed.push(run);
      await context.bus.ask({ v: 1, type: 'free-slot', run });
    });
  }
}

/**
 * Gives back every place of a run that is known to need none, and asks for those whose turn it is. May be called again;
 * throws where somebody else was faster, to be called again.
 */
export async function giveBackPlaces(run: string, { runs, bus }: Pick<Context, 'runs' | 'bus'>): Promise<void> {
  for (const stored of await runs.limits()) {
    const limit = stored.limit && afterLeaving(stored.limit, run);
    if (!limit || limit === stored.limit) continue;
    if (!(await runs.writeLimit({ stored, limit }))) throw new Error(`limits/${stored.scope} was changed meanwhile`);
    for (const next of nextInLine(limit)) await bus.ask({ v: 1, type: 'advance', run: next });
  }
}
