// Questions before something is made, changed or removed.
import type { Context } from '../core/context';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';

export interface Asking {
  context: Pick<Context, 'ask'>;
  /** `--yes`. */
  isAgreed?: boolean | undefined;
}

/** Resolves if the user agrees. Throws ExpectedError otherwise, and without a terminal. */
export async function agree({ context, isAgreed }: Asking, question: string): Promise<void> {
  if (isAgreed) return;
  const answer = await context.ask(`${question} [y/N] `);
  if (answer === null) {
    throw new ExpectedError('Cannot ask without a terminal. Use --yes, or --plan to look only.', EXIT.usage);
  }
  if (!/^y(es)?$/i.test(answer.trim())) throw new ExpectedError('Nothing was changed.');
}
