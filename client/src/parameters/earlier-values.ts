// A notebook from `pull` holds the parameters of its run in a cell of their own, and a commit executes that cell like any other.
import { INJECTED_TAG } from '@mymlops/protocol';
import type { Notebook } from '../notebook/notebook';
import { printableLine } from '../view/printable';
import { shortenToColumns } from '../view/width';
import { parametersCellOf } from './cell';
import type { CommandUse } from './command-use';

const MOST_COLUMNS = 80;
/** In the languages that papermill knows. */
const COMMENT = /^(#|\/\/|%)/;

/** One line where values of an earlier run will be used; `names`: the parameters that are given now. */
export function warningsOnEarlierValues(
  { path, stripped }: Notebook,
  names: readonly string[],
  use: () => CommandUse,
): string[] {
  // Most notebooks hold none: they are not taken apart.
  if (!stripped.includes(INJECTED_TAG)) return [];
  const { injected } = parametersCellOf(stripped, path);
  if (injected.length === 0) return [];
  const injects = use() === 'injects';
  // The first is replaced by the values that are given.
  const executed = injects && names.length > 0 ? injected.slice(1) : injected;
  const values = executed.flatMap(statementsOf).join(', ');
  if (values === '') return [];
  const remedy = injects && names.length === 0 ? 'Delete it, or give the values with -p.' : 'Delete it.';
  const shown = shortenToColumns(printableLine(values), MOST_COLUMNS);
  return [
    `${path} holds a cell of an earlier run's parameters (tagged ${INJECTED_TAG}), which will be executed: ${shown}. ${remedy}`,
  ];
}

const statementsOf = (source: string): string[] =>
  source
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !COMMENT.test(line));
