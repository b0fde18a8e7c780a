// Which VM the deployment takes for an attempt's.
import { LABELS } from '@mymlops/protocol';
import type { SimulatedVm } from './vm';
import type { World } from './world';

/** By its numeric id, once that is known. */
export function knownId({ google }: World, { body }: SimulatedVm): string | undefined {
  const run = google.documents.get(body.labels[LABELS.run] ?? '')?.state;
  const { insert, instanceId } = run?.attempts[Number(body.labels[LABELS.attempt])] ?? {};
  return insert?.instanceId ?? instanceId;
}
