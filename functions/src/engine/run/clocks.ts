// From when to when VMs worked for a run, for people. A VM tells it by its own clock: never an input of a decision.
// Pure.
import { currentPeriod, reportsBy, type Attempt, type RunState } from '@mymlops/protocol';
import { decidedAt } from '../vm/record';

/**
 * When a VM first began to work for the run: its agent had started, in the first attempt that came so far. Waiting is
 * before it; another attempt does not change it.
 */
export function startedAtOf({ attempts }: RunState): string | undefined {
  return earliest(Object.values(attempts).flatMap((attempt) => bootAt(attempt) ?? []));
}

/** Results saved, where a VM had anything to save; else the end decision. */
export function finishedAtOf({ attempts, end }: RunState): string | undefined {
  const outcome = end?.attempt === undefined ? undefined : attempts[end.attempt]?.outcome;
  return outcome?.savedAt ?? outcome?.finishedAt ?? end?.at;
}

/** No agent starts before its VM was decided on, even if the VM's clock is not synchronised yet. */
function bootAt({ vm }: Attempt): string | undefined {
  const decided = decidedAt(vm);
  const agents = reportsBy('agent', currentPeriod(vm));
  if (agents.length === 0) return undefined;
  const boot = earliest(agents.flatMap(({ state }) => state.phases.boot ?? []));
  return boot !== undefined && Date.parse(boot) > Date.parse(decided) ? boot : decided;
}

const earliest = (times: readonly string[]): string | undefined =>
  times.toSorted((left, right) => Date.parse(left) - Date.parse(right))[0];
