// What a run's document says of an attempt's VM, which has one period: read without the code that is on trial.
import { LABELS, type Attempt, type Period, type ReportState, type RunState } from '@mymlops/protocol';
import type { SimulatedVm } from '../model/vm';
import type { World } from '../model/world';

export function periodOf({ vm }: Attempt): Period<ReportState> {
  const period = vm.periods[1];
  if (!period) throw new Error(`${vm.name} has no first period`);
  return period;
}

/** The insert was settled, and Compute Engine has made the VM. */
export function isMade(attempt: Attempt): boolean {
  const { settledAt, failure } = periodOf(attempt).start;
  return settledAt !== undefined && failure === undefined;
}

/** The last one: keys that are numbers come in their order. */
export const lastAttempt = ({ attempts }: Pick<RunState, 'attempts'>): Attempt | undefined =>
  Object.values(attempts).at(-1);

/** Its numeric id, once anybody knows it. */
export const idOf = ({ vm }: Attempt): string | undefined => vm.id ?? vm.reportedId;

/** The id of the VM that the deployment takes for the attempt's. */
export function knownId({ google }: World, { body }: SimulatedVm): string | undefined {
  const run = google.documents.get(body.labels[LABELS.run] ?? '')?.state;
  const attempt = run?.attempts[Number(body.labels[LABELS.attempt])];
  return attempt && idOf(attempt);
}
