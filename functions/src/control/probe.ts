// A probe that came through the events topic: reports could have come as well.
import type { ProbeMessage } from '@mymlops/protocol';
import { observeProbe } from '../engine/probe';
import type { Context } from '../ports/context';

/**
 * Notes its arrival. A probe carries no token: whoever may publish events, a VM for one, can send another. It can do no more
 * than a true one: its arrival is all that it proves, and it changes sweeps/probe alone. `publishedAt`: by Pub/Sub's clock.
 */
export async function mergeProbe(
  probe: ProbeMessage,
  publishedAt: string,
  { probes }: Pick<Context, 'probes'>,
): Promise<void> {
  const known = await probes.load();
  const next = observeProbe(known, probe, publishedAt);
  if (next !== known) await probes.write(next);
}
