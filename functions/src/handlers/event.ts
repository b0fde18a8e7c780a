// Reports of VMs are believed for their own document and merged into it, nothing more. Only `request` acts.
import { probeMessage, type ProbeMessage } from '@mymlops/protocol';
import { readBody, readMessage } from '../control/message';
import { mergeReport, type ReportContext } from '../control/report';
import type { Kind } from '../engine/kind';
import { observeProbe } from '../engine/probe';
import type { Context } from '../ports/context';

export type EventContext = ReportContext & Pick<Context, 'probes'> & { kinds: readonly Kind[] };

export async function handleEvent(event: unknown, context: EventContext): Promise<void> {
  const message = readMessage(event);
  const causes: string[] = [];
  // Probes are few.
  for (const kind of message ? context.kinds : []) {
    const report = readBody(kind.reports, message);
    if (message && report.ok) {
      await mergeReport(kind, message, report.value, context);
      return;
    }
    if (!report.ok) causes.push(report.error);
  }
  const probe = readBody(probeMessage, message);
  if (message && probe.ok) return noteProbe(probe.value, message.publishedAt, context);
  context.log('ERROR', 'report not understood', { messageId: message?.id, cause: causes.join('; ') || 'no message' });
}

/**
 * A probe carries no token: whoever may publish events, a VM for one, can send another. It can do no more than a true one:
 * its arrival is all that it proves, it changes sweeps/probe alone, and its time is not later than Pub/Sub says.
 */
async function noteProbe({ v, type, at }: ProbeMessage, publishedAt: string, { probes }: EventContext): Promise<void> {
  const known = await probes.load();
  const next = observeProbe(known, { v, type, at: at < publishedAt ? at : publishedAt });
  if (next !== known) await probes.write(next);
}
