// A VM's report: believed only with the identity token of that attempt's VM, then merged.
import { identityIn, reportId, type Report, type RunState } from '@mymlops/protocol';
import { identityProblem, type Claims } from '../engine/vm/identity';
import { observeIdentity, observeReport } from '../engine/run/observe';
import type { Audit } from '../ports';
import { changeRun } from './change';
import type { EventContext } from '../handlers/event';
import type { Message } from './message';

/**
 * Merges a report and asks for `advance`. What cannot be believed changes nothing and is logged, once a message: it is not
 * delivered again. Answers why it was not believed. May be called again with the same message; throws for another delivery.
 */
export async function mergeReport(
  message: Message,
  report: Report,
  context: EventContext,
): Promise<string | undefined> {
  const { run, attempt: number } = report;
  const refuse = (cause: string): string => {
    context.log('WARNING', 'report refused', { messageId: message.id, run, attempt: number, cause });
    return cause;
  };
  // Before anything is read: a forgery costs nothing.
  const claims = await context.tokens.verify(identityIn(message.attributes), message.publishedAt);
  if (!claims) return refuse('no identity token of a VM that was valid when the report was published');
  const problemIn = (state: RunState | undefined): string | undefined => {
    const attempt = state?.attempts[number];
    if (!attempt) return 'an unknown attempt';
    return identityProblem(claims, { run, project: context.vm.project, attempt });
  };
  let problem: string | undefined;
  await changeRun(
    run,
    {
      next: (known) => {
        problem = problemIn(known);
        return problem === undefined && known ? merged(known, report, claims, message.publishedAt) : known;
      },
      audit: () => (problem === undefined ? auditOf(report, message.publishedAt) : undefined),
    },
    context.runs,
  );
  if (problem !== undefined) return refuse(problem);
  // A duplicate asks too: the first delivery may have died between the write and the question.
  if (report.kind === 'lifecycle') await context.bus.ask({ v: 1, type: 'advance', run });
  return undefined;
}

function merged(known: RunState, report: Report, { instanceId }: Claims, receivedAt: string): RunState {
  return observeReport(observeIdentity(known, report.attempt, instanceId), report, receivedAt);
}

/** A heartbeat has none. */
function auditOf(report: Report, receivedAt: string): Audit | undefined {
  const { v, attempt, writer, boot, seq, sentAt, state, kind } = report;
  if (kind === 'heartbeat') return undefined;
  return { id: reportId(report), document: { v, attempt, writer, boot, seq, sentAt, receivedAt, state } };
}
