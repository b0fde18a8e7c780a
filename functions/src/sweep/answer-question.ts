// Answers a question, also where it fails as a whole: a user must not wait for an answer that cannot come.
import { cutText } from '@mymlops/protocol';
import type { Answer } from '../ports/sweeps';
import type { SweepContext } from './context';
import type { Question } from './questions';

const MAX_CAUSE_LENGTH = 500;

/**
 * Writes the answer. Throws for another delivery where it cannot be written, and where the question failed and its sender is a
 * client that takes a failure for the answer. May be called again with the same question.
 */
export async function answerQuestion(question: Question, context: SweepContext): Promise<void> {
  await context.sweeps.writeAnswer(question.id, await answerOf(question, context));
}

async function answerOf(question: Question, context: SweepContext): Promise<Answer> {
  try {
    return await question.answer(context);
  } catch (error) {
    if (!question.takesFailure) throw error;
    const cause = cutText(error instanceof Error ? error.message : String(error), MAX_CAUSE_LENGTH);
    context.log('ERROR', 'a question could not be answered', { cause });
    return { v: 1, at: new Date(context.now()).toISOString(), failed: cause };
  }
}
