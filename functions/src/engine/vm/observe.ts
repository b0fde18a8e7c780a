// Merges an observation into a VM record. Every function here is idempotent, and any two of them commute: duplicates and
// reordering of messages cannot change where the record ends up.
import { currentPeriod, isKeyOf, reportKey, type ReportRecord, type SeenDown, type VmRecord } from '@mymlops/protocol';
import { inPeriod, withPeriod } from './record';

/** Boots of a writer that are kept. One is what a period has; more are a VM that invents them. */
const MAX_BOOTS = 5;

/** Distinguishes one report from another. */
export interface ReportKey {
  boot: string;
  writer: string;
  seq: number;
}

/**
 * The newest report of each writer of each boot stays, of the boots that have said most. It belongs to the period in which it
 * was sent: an agent reports while its VM is on, and Pub/Sub may deliver days later. `state`: as the schema of the VM's kind
 * has checked it.
 */
export function observeReport<Said>(
  vm: VmRecord<Said>,
  key: ReportKey,
  state: unknown,
  receivedAt: string,
): VmRecord<Said> {
  return inPeriod(periodAt(vm, receivedAt), (known) => withReport(known, key, state, receivedAt))(vm);
}

/** Number of the period in which something was sent. */
function periodAt({ periods }: VmRecord, sentAt: string): number {
  const begun = Object.entries(periods).filter(([, { start }]) => Date.parse(start.at) <= Date.parse(sentAt));
  return Math.max(1, ...begun.map(([number]) => Number(number)));
}

function withReport<Said>(
  vm: VmRecord<Said>,
  { boot, writer, seq }: ReportKey,
  state: unknown,
  receivedAt: string,
): VmRecord<Said> {
  const { reports = {} } = currentPeriod(vm);
  const key = reportKey({ boot, writer });
  const known = reports[key];
  if (known && known.seq > seq) return vm;
  // A report that comes twice counts from its first arrival, so that the result does not depend on the order of delivery.
  if (known && known.seq === seq && known.receivedAt <= receivedAt) return vm;
  const merged = withoutExcess({ ...reports, [key]: { seq, receivedAt, state: state as Said } }, writer);
  return key in merged ? withPeriod(vm, { reports: merged }) : vm;
}

/**
 * The order in which boots stay is the one in which their reports replace each other, so that what was dropped could not have
 * come back, whatever the order of delivery.
 */
function withoutExcess<Said>(
  reports: Record<string, ReportRecord<Said>>,
  writer: string,
): Record<string, ReportRecord<Said>> {
  const ranked = Object.entries(reports)
    .filter(([key]) => isKeyOf(writer, key))
    .toSorted(([keyA, a], [keyB, b]) => b.seq - a.seq || compare(a.receivedAt, b.receivedAt) || compare(keyA, keyB));
  const excess = new Set(ranked.slice(MAX_BOOTS).map(([key]) => key));
  return excess.size === 0 ? reports : Object.fromEntries(Object.entries(reports).filter(([key]) => !excess.has(key)));
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** The first genuine token tells which VM it is, until the insert's own answer does. */
export function observeIdentity<Said>(vm: VmRecord<Said>, reportedId: string): VmRecord<Said> {
  return vm.reportedId !== undefined || vm.id !== undefined ? vm : { ...vm, reportedId };
}

/**
 * In the order in which they can end a VM. Two looks that name two causes did not see the same of the zone's operations. A
 * preemption ends in a deletion, and a VM that is being deleted is not preempted, nor does its host fail. One that was deleted before its time limit
 * never came to that, and the limit is a conclusion from the time alone where no deletion is listed.
 */
const CAUSES = ['preempted', 'host', 'deleted', 'time-limit'] as const satisfies readonly SeenDown['cause'][];

/** The VM was seen down: the earliest sight stays, with the strongest cause that any sight knew. */
export function observeDown<Said>(vm: VmRecord<Said>, seen: SeenDown): VmRecord<Said> {
  const known = currentPeriod(vm).down;
  const earliest = known && (known.at < seen.at || (known.at === seen.at && known.how <= seen.how)) ? known : seen;
  const cause = CAUSES.find((word) => word === known?.cause || word === seen.cause);
  if (earliest === known && cause === known.cause) return vm;
  return withPeriod(vm, { down: { at: earliest.at, how: earliest.how, ...(cause && { cause }) } });
}
