// Readings of a VM record that client and functions share: its newest period, and the reports in a period.
import type { Report } from '../messages/report';
import type { Period, ReportRecord, VmRecord } from './vm';

/** Number of the newest period, the last one: keys that are numbers come in their order. */
export const currentPeriodNumber = ({ periods }: Pick<VmRecord, 'periods'>): number =>
  Number(Object.keys(periods).at(-1));

export function currentPeriod<Said>(vm: Pick<VmRecord<Said>, 'name' | 'periods'>): Period<Said> {
  const period = vm.periods[currentPeriodNumber(vm)];
  if (!period) throw new Error(`VM ${vm.name} has no period`);
  return period;
}

type Writer = Report['writer'];

/** A report's key among those of its period: the newest one of each writer of each boot is kept. */
export const reportKey = ({ boot, writer }: { boot: string; writer: string }): string => `${boot}_${writer}`;

export const isKeyOf = (writer: string, key: string): boolean => key.endsWith(`_${writer}`);

/** The reports of one writer, one a boot. */
export const reportsBy = <Said>(
  writer: Writer,
  { reports = {} }: Pick<Period<Said>, 'reports'>,
): ReportRecord<Said>[] => Object.entries(reports).flatMap(([key, record]) => (isKeyOf(writer, key) ? [record] : []));

/** The writer's newest report; of two that were received at once the first. */
export function newestRecord<Said>(
  writer: Writer,
  period: Pick<Period<Said>, 'reports'>,
): ReportRecord<Said> | undefined {
  const [first, ...others] = reportsBy(writer, period);
  return others.reduce((newest, record) => (newest && newest.receivedAt >= record.receivedAt ? newest : record), first);
}

/** The state that it says. */
export const newestReport = <Said>(writer: Writer, period: Pick<Period<Said>, 'reports'>): Said | undefined =>
  newestRecord(writer, period)?.state;
