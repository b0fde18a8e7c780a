// Waiting for the end of runs without a process of the client for every look: its VMs tell when a look is worth it.
import type { RunDocument } from '@mymlops/protocol';
import { until, type Desk } from './desk';
import { vmsOf } from './vms';

/** The run's document once nothing of the run is left to do. */
export function untilSettled(desk: Desk, run: string, seconds = 150): Promise<RunDocument> {
  return until(
    `${run} is settled`,
    async () => {
      const vms = await vmsOf(desk).catch(() => []); // nobody answers while the local cloud starts again
      if (vms.some(({ name }) => name.includes(run))) return undefined;
      const document = await desk.show(run);
      return document.live ? undefined : document;
    },
    seconds,
  );
}
