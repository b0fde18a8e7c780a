// Operations of Compute Engine: a call begins one, and the same call again is answered with it for a while.
import type { CloudAnswer, CloudFailure } from '../../../functions/src/ports/cloud-answer';
import type { World } from './world';

export interface Operation {
  doneMs: number;
  /** As the call that began it was answered: often the answer holds the VM's id. */
  id?: string;
  failure?: CloudFailure;
  /** Labels of the VM that it makes. */
  labels?: Record<string, string>;
}

export type Operations = Map<string, Operation>;

/** So long after its end an operation still stands for the request that made it: how long is written nowhere. */
export const REMEMBERED_MS = 60_000;
const LONGER_MS = 60 * 60_000;

/** The call with that request id: it is done once, as long as Compute Engine remembers it. */
export function once(
  { timeline, random }: World,
  operations: Operations,
  operation: string,
  act: () => Operation | { refused: CloudFailure },
): Exclude<CloudAnswer, undefined> {
  const known = operations.get(operation);
  const rememberedMs = random.pick(`remembered ${operation}`, [REMEMBERED_MS, LONGER_MS]);
  if (known && timeline.nowMs < known.doneMs + rememberedMs) return { operation };
  const begun = act();
  if ('refused' in begun) return begun;
  operations.set(operation, begun);
  return { operation };
}
