// Questions before something is made, changed or removed.
import type { Context } from '../core/context';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';

export interface Asking {
  context: Pick<Context, 'ask'>;
  /** `--yes`. */
  isAgreed?: boolean | undefined;
  /** The sentence after a no. By default that nothing was changed. */
  ending?: string;
  /** The sentence without a terminal. */
  unasked?: string;
}

const UNASKED = 'Cannot ask without a terminal. Use --yes, or --plan to look only.';

/** Resolves if the user agrees. Throws ExpectedError otherwise, and without a terminal. */
export async function agree(
  { context, isAgreed, ending = 'Nothing was changed.', unasked = UNASKED }: Asking,
  question: string,
): Promise<void> {
  if (isAgreed) return;
  const answer = await context.ask(`${question} [y/N] `);
  if (answer === null) throw new ExpectedError(unasked, EXIT.usage);
  if (!/^y(es)?$/i.test(answer.trim())) throw new ExpectedError(ending);
}
