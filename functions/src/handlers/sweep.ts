// Once a minute: what the cloud shows against what was wanted. Decodes the tick; what a sweep does is in sweep/.
import { cutText, tickMessage } from '@mymlops/protocol';
import { readAs, readContent, readMessage } from '../control/message';
import type { SweepContext } from '../sweep/context';
import { answerQuestion } from '../sweep/answer-question';
import { questionIn } from '../sweep/questions';
import { isEventful, withShortLists } from '../sweep/report';
import { runSweep } from '../sweep/sweep';

/** A tick that waited longer than this is history: the next one is on its way. A question has no such age. */
const MAX_TICK_AGE_MS = 90_000;

/** Whatever is not a question is a tick. Throws when a part failed, with all others done. */
export async function handleSweep(event: unknown, context: SweepContext): Promise<void> {
  const message = readMessage(event);
  const content = readContent(message);
  const asked = content.ok ? questionIn(content.value, message) : undefined;
  if (asked?.ok) {
    await answerQuestion(asked.value, context);
    return;
  }
  if (asked) context.log('WARNING', 'question not understood', { cause: asked.error });
  if (message && context.now() - Date.parse(message.publishedAt) > MAX_TICK_AGE_MS) return;
  context.awakeMs(); // a jump of the clock is noticed at the next look
  const report = await runSweep(context);
  await context.sweeps.write(withShortLists(report), isEventful(report));
  const tick = content.ok ? readAs(tickMessage, content.value) : undefined;
  const askedBy = tick?.ok ? tick.value.id : undefined;
  if (askedBy !== undefined) await context.sweeps.writeAnswer(askedBy, withShortLists(report));
  // One item's failure stops no other, but the platform's error rate must show it.
  if (report.failures.length > 0) throw new Error(cutText(`sweep: ${report.failures.join('; ')}`, 2000));
}
