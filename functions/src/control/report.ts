// A VM's report: believed only with the identity token of that VM, then merged into the document that the VM belongs to. It
// counts from when Pub/Sub took it; the VM's own clock may be wrong, and is only shown.
import { identityIn } from '@mymlops/protocol';
import type { Kind, KindReport, KindState } from '../engine/kind';
import { identityProblem, type Claims } from '../engine/vm/identity';
import { observeIdentity, observeReport } from '../engine/vm/observe';
import type { Context } from '../ports/context';
import { change } from './change';
import type { Message } from './message';

export type ReportContext = Pick<Context, 'documents' | 'bus' | 'log' | 'tokens'> & {
  settings: Pick<Context['settings'], 'project' | 'buckets'>;
};

/** The token is genuine, and not of the VM that the report speaks for. */
class RefusedReportError extends Error {}

/**
 * Merges a report and asks for `advance`. What cannot be believed changes nothing and is logged, once a message: it is not
 * delivered again. Returns why it was not believed. May be called again with the same message; throws for another delivery.
 */
export async function mergeReport(
  kind: Kind,
  message: Message,
  report: KindReport,
  context: ReportContext,
): Promise<string | undefined> {
  const { id, vm } = kind.senderOf(report);
  const refuse = (cause: string): string => {
    context.log('WARNING', 'report refused', { messageId: message.id, kind: kind.name, id, vm, cause });
    return cause;
  };
  // Before anything is read: a forgery costs nothing.
  const claims = await context.tokens.verify(identityIn(message.attributes), message.publishedAt);
  if (!claims) return refuse('no identity token of a VM that was valid when the report was published');
  const next = (state: KindState | undefined): KindState => {
    const problem = problemIn(kind, state, { id, vm, claims, project: context.settings.project });
    if (problem !== undefined || !state) throw new RefusedReportError(problem);
    return kind.withVm(state, vm, (known) =>
      observeReport(observeIdentity(known, claims.vmId), report, report.state, message.publishedAt),
    );
  };
  try {
    await change(kind, id, { next, audit: kind.auditOf(report, message.publishedAt) }, context);
  } catch (error) {
    if (!(error instanceof RefusedReportError)) throw error;
    return refuse(error.message);
  }
  // A duplicate asks too: the first delivery may have died between the write and the request.
  if (report.kind === 'lifecycle') await context.bus.ask({ v: 1, type: 'advance', kind: kind.name, id });
  return undefined;
}

function problemIn(
  kind: Kind,
  state: KindState | undefined,
  { id, vm: number, claims, project }: { id: string; vm: number; claims: Claims; project: string },
): string | undefined {
  const found = state && kind.resources(state, 0).vms.find((one) => one.number === number);
  if (!found) return 'an unknown VM';
  return identityProblem(claims, { audience: kind.audienceOf(id), project, vm: found.vm });
}
