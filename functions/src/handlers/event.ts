// What VMs say: merged into the run, nothing more. Only `request` acts.
import { canaryMessage, report as reportSchema, reportId, type Report } from '@mymlops/protocol';
import { observeCanary } from '../engine/canary';
import { observeReport } from '../engine/observe';
import type { Audit, Context } from '../ports';
import { changeRun } from './change-run';
import { readBody, readMessage } from './message';

export async function handleEvent(event: unknown, context: Pick<Context, 'runs' | 'bus' | 'log'>): Promise<void> {
  const message = readMessage(event);
  const canary = readBody(canaryMessage, message);
  if (canary.ok) {
    const known = await context.runs.canary();
    const next = observeCanary(known, canary.value);
    if (next !== known) await context.runs.writeCanary(next);
    return;
  }
  const parsed = readBody(reportSchema, message);
  if (!message || !parsed.ok) {
    context.log('ERROR', 'report not understood', { messageId: message?.id, cause: parsed.ok ? '' : parsed.error });
    return;
  }
  const report = parsed.value;
  const isLifecycle = report.kind === 'lifecycle';
  const state = await changeRun(
    report.run,
    {
      next: (known) => known && observeReport(known, report, message.publishedAt),
      audit: (known) =>
        isLifecycle && known.attempts[report.attempt] ? auditOf(report, message.publishedAt) : undefined,
    },
    context.runs,
  );
  if (!state?.attempts[report.attempt]) {
    const { run, attempt } = report;
    context.log('WARNING', 'report of an unknown attempt', { messageId: message.id, run, attempt });
    return;
  }
  // A duplicate asks too: the first delivery may have died between the write and the question.
  if (isLifecycle) await context.bus.ask({ v: 1, type: 'advance', run: report.run });
}

function auditOf(report: Report, receivedAt: string): Audit {
  const { v, attempt, writer, boot, seq, sentAt, state } = report;
  return { id: reportId(report), document: { v, attempt, writer, boot, seq, sentAt, receivedAt, state } };
}
