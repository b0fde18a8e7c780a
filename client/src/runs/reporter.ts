// The user's view of followed runs: a live line on a terminal, otherwise one line for each change.
import type { RunDocument } from '@mymlops/protocol';
import type { Context } from '../core/context';
import { createReporterOf, type Reporter } from '../following/reporter';
import { endLines, liveText, progressText } from '../view/run-lines';

/** `count`: number of followed runs. A live line has room for one. */
export const createReporter = (context: Context, count: number): Reporter<RunDocument> =>
  createReporterOf(context, count, { progressText, liveText, endLines });
