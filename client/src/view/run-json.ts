// Runs as `--json` shows them: their documents, with parameters as values in the spelling in which they were given.
import { parametersOf, type RunDocument } from '@mymlops/protocol';
import { type Context, showJson } from '../context';

export interface ShownRun {
  run: string;
  document: RunDocument;
  /** Runs that do it again. */
  retriedBy?: readonly string[];
}

/** A list where `runs` is one. */
export function showRunsJson(context: Context, runs: ShownRun | readonly ShownRun[]): void {
  const texts = new Set<unknown>();
  const shownOf = ({ run, document, ...more }: ShownRun): object => {
    const { request } = document;
    if (!request) return { run, ...document, ...more };
    const params = parametersOf(request.params);
    texts.add(params);
    return { run, ...document, request: { ...request, params }, ...more };
  };
  const isOne = (given: typeof runs): given is ShownRun => !Array.isArray(given);
  showJson(context, isOne(runs) ? shownOf(runs) : runs.map(shownOf), texts);
}
