// `sweep`: one now, or what one would do.
import { type SweepReport, counted } from '@mymlops/protocol';
import { targetFromHere, withDeployment } from '../deployment/connect';
import { type Context, showJson } from '../core/context';
import { EXIT } from '../core/exit-codes';
import { askForPlan, askForSweep } from '../deployment/sweeps';
import { printable } from '../view/printable';

export interface SweepOptions {
  dryRun?: boolean;
  json?: boolean;
}

/** EXIT.error where a part of the sweep failed. */
export function sweep(context: Context, { dryRun, json }: SweepOptions): Promise<number> {
  return withDeployment(context, targetFromHere(context), async (deployment) => {
    const ask = dryRun ? askForPlan : askForSweep;
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

function linesOf(report: SweepReport, isDry: boolean): string[] {
  const would = isDry ? 'would be ' : '';
  const lines = (names: readonly string[], what: string): string[] => names.map((name) => `${name}: ${what}`);
  const deployment = report.isListed
    ? `${counted(report.vms, 'VM')}, ${counted(report.disks, 'disk')}, `
    : 'the cloud was not listed, ';
  return [
    deployment +
      Object.entries(report.live)
        .map(([kind, count]) => counted(count, `live ${kind}`))
        .join(', '),
    ...lines(report.advanced, 'has pending work'),
    ...lines(report.reaped, `${would}deleted`),
    ...lines(
      report.orphans.filter((name) => !report.reaped.includes(name)),
      'orphan: will be deleted if it is still there after the grace period',
    ),
    ...lines(report.freed, `slot ${would}released`),
    ...lines(report.removed, `${would}removed, its retention is over`),
    ...lines(report.deadLetters, 'dead letter'),
    ...lines(report.failures, 'failed'),
  ];
}
