// A notebook from `pull` contains the parameters of its run in a cell of their own, and a commit executes this cell too.
import { INJECTED_TAG } from '@mymlops/protocol';
import type { Notebook } from '../notebook/notebook';
import { printableLine } from '../view/printable';
import { shortenToColumns } from '../view/width';
import { parametersCellOf } from './cell';
import type { CommandUse } from './command-use';

const MOST_COLUMNS = 80;
/** Comments in the languages that papermill supports. */
const COMMENT = /^(#|\/\/|%)/;

/** A warning if values of an earlier run will be used. `names` are the parameters of this commit. */
export function warningsOnEarlierValues(
  { path, stripped }: Notebook,
  names: readonly string[],
  use: () => CommandUse,
): string[] {
  // Most notebooks contain none, and need not be scanned.
  if (!stripped.includes(INJECTED_TAG)) return [];
  const { injected } = parametersCellOf(stripped, path);
  if (injected.length === 0) return [];
  const injects = use() === 'injects';
  // The first one is replaced by the values of this commit.
  const executed = injects && names.length > 0 ? injected.slice(1) : injected;
  const values = executed.flatMap(statementsOf).join(', ');
  if (values === '') return [];
  const remedy = injects && names.length === 0 ? 'Delete it, or give the values with -p.' : 'Delete it.';
  const shown = shortenToColumns(printableLine(values), MOST_COLUMNS);
  return [
    `${path} has a cell with the parameters of an earlier run (tagged ${INJECTED_TAG}), which will be executed: ${shown}. ${remedy}`,
  ];
}

const statementsOf = (source: string): string[] =>
  source
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !COMMENT.test(line));
