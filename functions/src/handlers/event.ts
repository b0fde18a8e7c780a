// Reports of VMs are believed for their own document and merged into it, nothing more. Only `request` acts.
import { cutText, probeMessage } from '@mymlops/protocol';
import { readAs, readContent, readLoosely, readMessage, typeOf } from '../control/message';
import { mergeProbe } from '../control/probe';
import { mergeReport, type ReportContext } from '../control/report';
import type { Kind } from '../engine/kind';
import type { Context } from '../ports/context';

/** In the log, for one kind: enough for the first fields that do not fit. */
const MAX_CAUSE_LENGTH = 300;

export type EventContext = ReportContext & Pick<Context, 'probes'> & { kinds: readonly Kind[] };

export async function handleEvent(event: unknown, context: EventContext): Promise<void> {
  const message = readMessage(event);
  const content = readContent(message);
  const refuse = (cause: string): void =>
    context.log('ERROR', 'report not understood', { messageId: message?.id, cause });
  if (!message || !content.ok) return refuse(content.ok ? 'no message' : content.error);
  if (typeOf(content.value) === 'probe') {
    const probe = readAs(probeMessage, content.value);
    return probe.ok ? mergeProbe(probe.value, message.publishedAt, context) : refuse(probe.error);
  }
  const causes: string[] = []; // one of each kind, as each expects something else
  for (const kind of context.kinds) {
    const report = readLoosely(kind.reports, content.value);
    if (report.ok) {
      await mergeReport(kind, message, report.value, context);
      return;
    }
    causes.push(cutText(report.error, MAX_CAUSE_LENGTH));
  }
  refuse(causes.join('; '));
}
