// Checks whether a notebook has the parameters of a commit. A name that it surely does not have is refused; an uncertain one
// gets a warning.
import { nearestKey } from '../core/nearest-key';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import type { Notebook } from '../notebook/notebook';
import type { AssignedNames } from './assigned-names';
import { type ParametersCell, parametersCellOf } from './cell';
import type { CommandUse } from './command-use';
import { namesInJulia, namesInR } from './other-names';
import { namesInPython } from './python-names';
import { setsAgain } from './set-again';

const READERS: ReadonlyMap<string, (source: string) => AssignedNames> = new Map([
  ['python', namesInPython],
  ['r', namesInR],
  ['julia', namesInJulia],
]);
const VARIABLE = 'MYMLOPS_PARAMS';
const MOST_NAMES = 20;

/** Returns warnings. Throws ExpectedError for a name that the notebook does not have. */
export function checkNames(notebook: Notebook, names: readonly string[], use: CommandUse): string[] {
  const cell = parametersCellOf(notebook.stripped, notebook.path);
  const language = notebook.kernel?.language ?? 'python';
  const readsItself = notebook.stripped.includes(VARIABLE);
  const warning = warningOnUse(notebook.path, names, { cell, readsItself, use });
  const isInjected = use === 'injects' && !readsItself;
  const warnings = [
    ...(warning === undefined ? [] : [warning]),
    ...(isInjected ? checkLater(notebook, names, cell) : []),
  ];
  if (cell.source === undefined) return warnings;
  const found = READERS.get(language)?.(cell.source);
  const unknown = found ? names.filter((name) => !hasName(found, name, language)) : names;
  if (unknown.length === 0) return warnings;
  const doubt = readsItself ? `it reads ${VARIABLE} itself` : doubtOf(language, found);
  if (doubt !== undefined || !found) {
    return [...warnings, `${notebook.path} may not have ${listOf('the parameter', unknown)}: ${doubt}.`];
  }
  throw new ExpectedError(refusal(notebook.path, unknown, found.assigned), EXIT.usage);
}

/** Throws ExpectedError if a later tagged cell sets a given name again. */
function checkLater({ path, kernel }: Notebook, names: readonly string[], cell: ParametersCell): string[] {
  const language = kernel?.language ?? 'python';
  const read = READERS.get(language);
  if (!read) return [];
  const all = names.map((name) => ({
    name,
    found: cell.later.map((source) => setsAgain(source, plainName(name, language), { language, read })),
  }));
  const namesOf = (kind: string): string[] =>
    all.filter(({ found }) => found.some((each) => each === kind)).map(({ name }) => name);
  const surely = namesOf('surely');
  if (surely.length > 0) throw new ExpectedError(refusalOfLater(path, surely, cell), EXIT.usage);
  const maybe = namesOf('maybe');
  if (maybe.length === 0) return [];
  return [`${path} may set ${maybe.join(', ')} again after the given value, in a later cell tagged "parameters".`];
}

function refusalOfLater(path: string, names: readonly string[], { isInjectedFirst, later }: ParametersCell): string {
  const set = `sets ${names.join(', ')} again after the given value`;
  if (isInjectedFirst) {
    return `${path} has a cell tagged injected-parameters before the cell tagged parameters, which ${set}. Delete the first one.`;
  }
  const [count, which] = later.length === 1 ? ['two', 'the second one'] : [later.length + 1, 'a later one'];
  return `${path} has ${count} cells tagged parameters, and ${which} ${set}. Merge them, or keep the tag only on the last one.`;
}

/** Why the names of the cell are not known; undefined if they are. */
function doubtOf(language: string, found: AssignedNames | undefined): string | undefined {
  if (!found) return `cells in ${language} are not analysed`;
  if (!found.isSure) return 'its cell tagged "parameters" may assign more names than can be detected';
  return found.assigned.length === 0 ? 'its cell tagged "parameters" assigns nothing' : undefined;
}

function hasName({ assigned, others }: AssignedNames, name: string, language: string): boolean {
  const plain = plainName(name, language);
  const isSame = (each: string): boolean => each === plain || each.normalize('NFKC') === plain;
  return assigned.some(isSame) || [...others].some(isSame);
}

/** Python compares names in this form. R allows no leading underscore, and papermill removes it. */
const plainName = (name: string, language: string): string =>
  language === 'r' ? name.replace(/^_+/, '') : name.normalize('NFKC');

function refusal(path: string, unknown: readonly string[], has: readonly string[]): string {
  const shown = has.length > MOST_NAMES ? `${has.slice(0, MOST_NAMES).join(', ')}, ...` : has.join(', ');
  const nearest = [...new Set(unknown.map((name) => nearestKey(name, has)).filter((name) => name !== undefined))];
  const guess = nearest.length > 0 ? ` Did you mean ${nearest.join(', ')}?` : '';
  return `${path} has no ${listOf('parameter', unknown)}. It has: ${shown}.${guess} Parameters are the names that its cell tagged "parameters" assigns.`;
}

/** A warning that the notebook may not use the values, or may replace them; undefined if the values surely reach it. */
function warningOnUse(
  path: string,
  names: readonly string[],
  { cell, readsItself, use }: { cell: ParametersCell; readsItself: boolean; use: CommandUse },
): string | undefined {
  if (readsItself && cell.source === undefined && !cell.hasInjected) {
    const unseen = names.filter((name) => !cell.code.includes(name));
    const words = `it reads ${VARIABLE} itself, and no cell mentions`;
    return unseen.length > 0
      ? `${path} may not have ${listOf('the parameter', unseen)}: ${words} ${unseen.length > 1 ? 'them' : 'it'}.`
      : undefined;
  }
  if (readsItself || use === 'reads') return undefined;
  if (use === 'ignores') {
    return `${path} may not receive ${listOf('the parameter', names)}: neither the notebook nor its command mentions ${VARIABLE}.`;
  }
  if (cell.source !== undefined || cell.hasInjected) return undefined;
  return `${path} has no cell tagged "parameters": ${listOf('the parameter', names)} will be set before its first cell, and later assignments replace the values.`;
}

const listOf = (word: string, names: readonly string[]): string =>
  `${word}${names.length === 1 ? '' : 's'} ${names.join(', ')}`;
