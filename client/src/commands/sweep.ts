// `sweep`: runs a sweep now, or shows what it would do.
import { type DocumentRef, type SweepReport, counted, titleOf } from '@mymlops/protocol';
import { targetFromHere, withDeployment } from '../deployment/connect';
import type { Context } from '../core/context';
import { showJson } from '../view/show-json';
import { EXIT } from '../core/exit-codes';
import { requestPlan, requestSweep } from '../deployment/sweeps';
import { printable } from '../view/printable';

export interface SweepOptions {
  dryRun?: boolean;
  json?: boolean;
}

/** Returns EXIT.error if a part of the sweep failed. */
export function sweep(context: Context, { dryRun, json }: SweepOptions): Promise<number> {
  return withDeployment(context, targetFromHere(context), async (deployment) => {
    const ask = dryRun ? requestPlan : requestSweep;
    const report = await ask(deployment, context.interrupted);
    if (json) showJson(context, report);
    else
      context.print(
        linesOf(report, dryRun === true)
          .map((line) => `${printable(line)}\n`)
          .join(''),
      );
    return report.failures.length === 0 ? EXIT.done : EXIT.error;
  });
}

function linesOf(report: SweepReport, isDryRun: boolean): string[] {
  const lines = (names: readonly string[], what: string): string[] => names.map((name) => `${name}: ${what}`);
  const documents = (refs: readonly DocumentRef[], what: string): string[] => lines(refs.map(titleOf), what);
  const listed = report.isListed
    ? `${counted(report.vms, 'VM')}, ${counted(report.disks, 'disk')}, `
    : `VMs and disks not listed${report.failures.length > 0 ? '' : ' (while nothing is live, every fifth sweep lists them)'}, `;
  const live = Object.entries(report.live).map(([kind, count]) => counted(count, `live ${kind}`));
  return [
    listed + live.join(', '),
    ...documents(report.advanced, isDryRun ? 'has pending work' : 'pending work requested'),
    ...lines(report.reaped, isDryRun ? 'would be deleted' : 'deletion requested'),
    ...lines(
      report.orphans.filter((name) => !report.reaped.includes(name)),
      'orphan: will be deleted if it is still there after the grace period',
    ),
    ...lines(report.kept ?? [], "belongs to no instance, and stays: it may hold a user's work"),
    ...documents(report.freed, isDryRun ? 'slot would be released' : 'slot released'),
    ...documents(
      report.removed,
      isDryRun ? 'would be removed: its retention is over' : 'removal requested: its retention is over',
    ),
    ...lines(report.deadLetters, 'dead letter'),
    ...lines(report.failures, 'failed'),
  ];
}
