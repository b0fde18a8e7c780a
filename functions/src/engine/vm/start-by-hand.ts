// A VM whose disk is kept, and that somebody has started in the console. Pure.
import { currentPeriod, currentPeriodNumber, type Period, type VmRecord } from '@mymlops/protocol';
import { newIdOf } from './identity';
import { observeDown } from './observe';
import { isPeriodOver } from './power';
import { openPeriod, withPeriod } from './record';

/** Actor of a period that nobody of ours began. */
export const CONSOLE = 'console';

/**
 * The VM was powered on at a time that no start of ours explains: somebody has started it by hand, perhaps after they had
 * stopped it by hand. Its time is a period like any other. `lastStartAt`: as Compute Engine says. `id`: another one than before
 * where they have made it again, labels and all.
 */
export function observeStartByHand<Said>(vm: VmRecord<Said>, lastStartAt: string, id?: string): VmRecord<Said> {
  const explainedAt = explainedStartAt(vm);
  if (explainedAt === undefined || !isBefore(explainedAt, lastStartAt)) return vm;
  const { start, reports } = currentPeriod(vm);
  const { maxRunDurationSeconds } = start;
  const [before, since] = split(reports, lastStartAt);
  const ended =
    before === reports ? withEnd(vm, lastStartAt) : withPeriod(withEnd(vm, lastStartAt), { reports: before });
  const at = lastStartAt;
  const opened = openPeriod(ended, {
    ...{ at, actor: CONSOLE, startedAt: at, settledAt: at, maxRunDurationSeconds },
    ...(id !== undefined && newIdOf(vm, id)),
  });
  return since ? withPeriod(opened, { reports: since }) : opened;
}

const isBefore = (one: string, other: string): boolean => Date.parse(one) < Date.parse(other);

/**
 * The newest time by which the VM was powered on, or was off, as far as the record knows: Compute Engine's own word on this
 * period's start, or that it was seen down, had its stop requested, or did not start. Undefined while a start may be under way.
 */
function explainedStartAt(vm: VmRecord): string | undefined {
  const { start, down, stop } = currentPeriod(vm);
  if (start.startedAt !== undefined) return start.startedAt;
  if (down) return down.at;
  if (stop?.operation !== undefined) return stop.requestedAt ?? stop.at;
  return start.failure && currentPeriodNumber(vm) > 1 ? start.settledAt : undefined;
}

/** The sweep has not seen the last period end: it was over when its stop was requested, or at the next start at the latest. */
function withEnd<Said>(vm: VmRecord<Said>, nextStartAt: string): VmRecord<Said> {
  if (isPeriodOver(vm)) return vm;
  const { stop } = currentPeriod(vm);
  const stoppedAt = stop?.operation === undefined ? nextStartAt : (stop.requestedAt ?? stop.at);
  return observeDown(vm, { at: isBefore(stoppedAt, nextStartAt) ? stoppedAt : nextStartAt, how: 'stopped' });
}

type Reports<Said> = Period<Said>['reports'];

/** Reports from before that time, and since: the news of a start may come after the first of its agent. */
function split<Said>(reports: Reports<Said>, at: string): [before: Reports<Said>, since: Reports<Said>] {
  const entries = Object.entries(reports ?? {});
  const since = entries.filter(([, { receivedAt }]) => !isBefore(receivedAt, at));
  if (since.length === 0) return [reports, undefined];
  const before = entries.filter(([, { receivedAt }]) => isBefore(receivedAt, at));
  return [before.length === 0 ? undefined : Object.fromEntries(before), Object.fromEntries(since)];
}
