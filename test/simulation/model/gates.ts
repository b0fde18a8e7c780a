// External calls of a history: each takes a while, is counted, and may be the one that goes wrong.
import { copyOf } from '../../fakes/copy';
import type { Gate } from '../../fakes/google';
import type { CallFault } from '../faults/plan';
import { createRefusals, refuse } from './refusals';
import { noteTrouble, Trouble, type Invocation, type World } from './world';

/** Counts calls of a name over the whole history, so that a fault can say which one it hits. */
function createCounter(counts: Map<string, number>): (name: string) => number {
  return (name) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count;
  };
}

/** Calls that change nothing. Most calls are. */
export const READS: ReadonlySet<string> = new Set([
  ...['load', 'live', 'hasLive', 'expired', 'isRemoved'].flatMap((call) => [
    ...[`runs.${call}`, `toys.${call}`, `instances.${call}`],
  ]),
  ...['slots.load', 'slots.all', 'probes.load', 'sweeps.last', 'orphanCandidates.all', 'deadMessages.pull'],
  ...['compute.offers', 'compute.list', 'compute.get', 'compute.getDisk', 'compute.operationsOn'],
  ...['resultsBucket.read', 'resultsBucket.newest', 'liveBucket.list', 'liveBucket.newest'],
]);

/** A delivery that died is repeated within this. */
const REDELIVERY_MS = 20 * 60_000;

export type Gates = (invocation: Invocation) => Gate;

/** Those of an invocation. */
export function createGates(world: World): Gates {
  const { plan, random, timeline, google } = world;
  const next = createCounter(world.callsByName);
  const refusalOf = createRefusals(world);
  const callFaults = plan.faults.filter((fault): fault is CallFault => fault.kind === 'call');
  return (invocation) => (name, work) =>
    new Promise((resolve, reject) => {
      const count = next(name);
      world.calls++;
      const fault = callFaults.find((each) => each.nth === count && each.name === name);
      if (fault) {
        noteTrouble(world, fault.ms + REDELIVERY_MS);
        world.hinderedMs = Math.max(world.hinderedMs, timeline.nowMs + fault.ms);
      }
      if (fault?.how.startsWith('freeze')) invocation.frozenMs += fault.ms;
      const latencyMs = random.between(`latency ${name} ${count}`, 2, 250);
      timeline.at(timeline.nowMs + latencyMs + (fault?.how === 'freeze-before' ? fault.ms : 0), () => {
        if (invocation.isDead) return;
        google.nowMs = timeline.nowMs;
        world.hasOnlyRead = READS.has(name);
        invocation.heldUpMs = fault?.how === 'freeze-before' ? fault.ms : 0;
        if (fault?.how === 'crash-before') return invocation.onDeath();
        if (fault?.how === 'fail-before') return reject(new Trouble(`503 ${name}`));
        const refusal = refusalOf(name, count, invocation.of);
        if (refusal) {
          const answer = (refused: unknown): void => resolve(refused as ReturnType<typeof work>);
          return refuse(world, refusal, { name, count, invocation, work, answer, fail: reject });
        }
        let result: ReturnType<typeof work>;
        try {
          result = copyOf(work());
        } catch (error) {
          return reject(error instanceof Error ? error : new Trouble(String(error)));
        }
        if (fault?.how === 'freeze-after') {
          return timeline.at(timeline.nowMs + fault.ms, () => {
            if (!invocation.isDead) resolve(result);
          });
        }
        if (fault?.how === 'crash-after') return invocation.onDeath();
        if (fault?.how === 'fail-after') return reject(new Trouble(`503 ${name}, but it happened`));
        resolve(result);
      });
    });
}
