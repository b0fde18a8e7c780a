// `cancel --all`: cancels the runs that go on, and leaves instances alone.
import type { Context } from '../core/context';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { END_TOOLS, type EndOptions, type EndTools, endWork } from '../ending/end-work';

export function cancelAll(
  context: Context,
  runs: readonly string[],
  options: EndOptions,
  tools: EndTools = END_TOOLS,
): Promise<number> {
  if (runs.length > 0) {
    throw new ExpectedError(`--all means all runs: leave out ${runs.join(' ')}, or leave out --all.`, EXIT.usage);
  }
  return endWork(context, { ...options, withInstances: false }, tools);
}
