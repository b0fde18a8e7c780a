// Messages that were delivered too often: each is handled once more, where that makes sense, and shown.
import { cutText, type DeadLetter, type SweepReport } from '@mymlops/protocol';
import type { DeadMessage, DeadTopic } from '../ports/dead-messages';
import type { SweepContext } from './context';
import { handleDeadEvent, handleDeadRequest, type Handled } from './dead-letter';
import { isolated } from './report';

const PAGE = 100;
/** The next sweep goes on. */
const MAX_PAGES = 10;
/** Characters of the text that are kept to be shown. */
const MAX_TEXT = 2000;

const HANDLERS: Record<DeadTopic, (message: DeadMessage, context: SweepContext) => Promise<Handled | undefined>> = {
  requests: handleDeadRequest,
  events: handleDeadEvent,
};

/** One that fails again stays where it is, and comes again: a genuine report is not lost to an hour of trouble. */
export async function drainDeadLetters(context: SweepContext, report: SweepReport): Promise<void> {
  for (const topic of ['requests', 'events'] as const) {
    for (let page = 0; page < MAX_PAGES; page++) {
      const messages = await context.deadMessages.pull(topic, PAGE);
      for (const message of messages) {
        await isolated(`dead letter ${message.id}`, report, () => drain(topic, message, context, report));
      }
      if (messages.length === 0) break;
    }
  }
}

async function drain(
  topic: DeadTopic,
  message: DeadMessage,
  context: SweepContext,
  report: SweepReport,
): Promise<void> {
  const handled = await HANDLERS[topic](message, context);
  if (handled) {
    const { publishedAt, text } = message;
    const shown = cutText(text, MAX_TEXT);
    const letter: DeadLetter = { v: 1, topic, publishedAt, at: report.at, ...handled, text: shown };
    await context.deadLetters.write(message.id, letter);
    report.deadLetters.push(`${topic} ${message.id}: ${handled.outcome}`);
  }
  await context.deadMessages.acknowledge(topic, [message.ackId]);
}
