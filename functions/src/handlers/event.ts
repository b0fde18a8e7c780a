// What VMs say: believed for their own run, merged into it, nothing more. Only `request` acts.
import { canaryMessage, report as reportSchema, type CanaryMessage } from '@mymlops/protocol';
import { observeCanary } from '../engine/probe';
import type { Context } from '../ports';
import { readBody, readMessage } from '../control/message';
import { mergeReport } from '../control/report';

export type EventContext = Pick<Context, 'runs' | 'bus' | 'log' | 'tokens'> & { vm: Pick<Context['vm'], 'project'> };

export async function handleEvent(event: unknown, context: EventContext): Promise<void> {
  const message = readMessage(event);
  // Canaries are few.
  const report = readBody(reportSchema, message);
  if (message && report.ok) {
    await mergeReport(message, report.value, context);
    return;
  }
  const canary = readBody(canaryMessage, message);
  if (message && canary.ok) return noteCanary(canary.value, message.publishedAt, context);
  context.log('ERROR', 'report not understood', { messageId: message?.id, cause: report.ok ? '' : report.error });
}

/**
 * A canary carries no token: whoever may publish events, a VM for one, can send another. It can do no more than a true one:
 * it is heard here, which is all that it proves, it changes sweeps/canary alone, and it is no newer than Pub/Sub says.
 */
async function noteCanary({ v, type, at }: CanaryMessage, publishedAt: string, { runs }: EventContext): Promise<void> {
  const known = await runs.canary();
  const next = observeCanary(known, { v, type, at: at < publishedAt ? at : publishedAt });
  if (next !== known) await runs.writeCanary(next);
}
