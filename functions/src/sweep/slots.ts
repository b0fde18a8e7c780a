// Slots that nobody gives back.
import type { SlotPool } from '@mymlops/protocol';
import type { Kind } from '../engine/kind';
import { idsIn } from '../engine/slots';
import type { Sweep } from './context';
import { isolated } from './report';

/** `pools` were read before the live documents: who took a slot since is not among them. */
export async function requestFreeSlots(
  kind: Kind,
  pools: ReadonlyMap<string, SlotPool>,
  live: ReadonlySet<string>,
  { context, report }: Sweep,
): Promise<void> {
  for (const id of idsIn(pools, kind.name)) {
    if (live.has(id)) continue;
    await isolated(id, report, async () => {
      const document = { kind: kind.name, id };
      report.freed.push(document);
      await context.bus.ask({ v: 1, type: 'free-slot', ...document });
    });
  }
}
