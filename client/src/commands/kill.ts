// `kill --all`: cancels runs and stops instances. Deletes nothing.
import type { Context } from '../core/context';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { END_TOOLS, type EndOptions, type EndTools, endWork } from '../ending/end-work';

export function kill(
  context: Context,
  { all, ...options }: EndOptions & { all?: boolean },
  tools: EndTools = END_TOOLS,
): Promise<number> {
  if (!all) {
    throw new ExpectedError(
      '`kill` ends all runs and instances of yours: kill --all. To end one: mymlops-client cancel RUN, or stop NAME',
      EXIT.usage,
    );
  }
  return endWork(context, { ...options, withInstances: true }, tools);
}
