// Runs as JSON: their documents, with parameters as values in their given spelling, and with metrics by name and
// the image of the newest VM.
import { inTodaysForm, parametersOf, type RunDocument } from '@mymlops/protocol';
import type { Context } from '../core/context';
import { showJson } from './show-json';
import { metricsJson } from './metrics';
import { usedImage } from './run-image';

export interface ShownRun {
  run: string;
  document: RunDocument;
  /** Ids of its retries. */
  retriedBy?: readonly string[];
}

/** Prints an object for one run, a list for a list; `others` follow the runs of a list. */
export function showRunsJson(
  context: Context,
  runs: ShownRun | readonly ShownRun[],
  others: readonly object[] = [],
): void {
  const texts = new Set<unknown>();
  const shownOf = ({ run, document, ...others }: ShownRun): object => {
    const { request, results } = document;
    const metrics = metricsJson(results?.metrics);
    const image = usedImage(document);
    const more = { ...others, ...(metrics && { metrics }), ...(image !== undefined && { image }) };
    if (!request) return { run, ...document, ...more };
    const parameters = parametersOf(request);
    texts.add(parameters);
    return { run, ...document, request: { ...inTodaysForm(request), parameters }, ...more };
  };
  const isOne = (given: typeof runs): given is ShownRun => !Array.isArray(given);
  showJson(context, isOne(runs) ? shownOf(runs) : [...runs.map(shownOf), ...others], texts);
}
