// Whether a notebook has the parameters that a commit gives it. A name that it surely has not is refused; a doubt is a remark.
import { nearestKey } from '../config/nearest-key';
import { ExpectedError } from '../errors';
import { EXIT } from '../exit-codes';
import type { Notebook } from '../source/notebook';
import type { AssignedNames } from './assigned-names';
import { type ParametersCell, parametersCellOf } from './cell';
import type { CommandUse } from './command-use';
import { namesInJulia, namesInR } from './other-names';
import { namesInPython } from './python-names';

const READERS: ReadonlyMap<string, (source: string) => AssignedNames> = new Map([
  ['python', namesInPython],
  ['r', namesInR],
  ['julia', namesInJulia],
]);
const VARIABLE = 'MYMLOPS_PARAMS';
const MOST_NAMES = 20;

/** Lines to be said before the commit is sent. @throws ExpectedError for a name that the notebook has not */
export function checkNames(notebook: Notebook, names: readonly string[], use: CommandUse): string[] {
  const cell = parametersCellOf(notebook.stripped, notebook.path);
  const language = notebook.kernel?.language ?? 'python';
  const readsItself = notebook.stripped.includes(VARIABLE);
  const remark = remarkOnWay(notebook.path, names, { cell, readsItself, use });
  const remarks = remark === undefined ? [] : [remark];
  if (cell.source === undefined) return remarks;
  const found = READERS.get(language)?.(cell.source);
  const unknown = found ? names.filter((name) => !hasName(found, name, language)) : names;
  if (unknown.length === 0) return remarks;
  const doubt = readsItself ? `it reads ${VARIABLE} itself` : doubtOf(language, found);
  if (doubt !== undefined || !found) {
    return [...remarks, `Whether ${notebook.path} has ${listOf('the parameter', unknown)} is not known: ${doubt}.`];
  }
  throw new ExpectedError(refusal(notebook.path, unknown, found.assigned), EXIT.usage);
}

/** Undefined where the cell's names are known. */
function doubtOf(language: string, found: AssignedNames | undefined): string | undefined {
  if (!found) return `cells in ${language} are not looked into`;
  if (!found.isSure) return 'its cell tagged "parameters" may assign more names than can be seen in it';
  return found.assigned.length === 0 ? 'its cell tagged "parameters" assigns nothing' : undefined;
}

function hasName({ assigned, others }: AssignedNames, name: string, language: string): boolean {
  // Python compares names in this form. R knows no leading underscore, and papermill leaves it out.
  const plain = language === 'r' ? name.replace(/^_+/, '') : name.normalize('NFKC');
  const isSame = (each: string): boolean => each === plain || each.normalize('NFKC') === plain;
  return assigned.some(isSame) || [...others].some(isSame);
}

function refusal(path: string, unknown: readonly string[], has: readonly string[]): string {
  const shown = has.length > MOST_NAMES ? `${has.slice(0, MOST_NAMES).join(', ')}, ...` : has.join(', ');
  const nearest = [...new Set(unknown.map((name) => nearestKey(name, has)).filter((name) => name !== undefined))];
  const guess = nearest.length > 0 ? ` Did you mean ${nearest.join(', ')}?` : '';
  return `${path} has no ${listOf('parameter', unknown)}. It has: ${shown}.${guess} Parameters are the names that its cell tagged "parameters" assigns.`;
}

/** How the values get into the notebook, where that is not as it should be. */
function remarkOnWay(
  path: string,
  names: readonly string[],
  { cell, readsItself, use }: { cell: ParametersCell; readsItself: boolean; use: CommandUse },
): string | undefined {
  if (readsItself || use === 'reads') return undefined;
  if (use === 'ignores') {
    return `${path} may not get ${listOf('the parameter', names)}: neither the notebook nor its command mentions ${VARIABLE}.`;
  }
  if (cell.source !== undefined || cell.hasInjected) return undefined;
  return `${path} has no cell tagged "parameters": ${listOf('the parameter', names)} will be set before its first cell, and what a cell assigns later replaces that.`;
}

const listOf = (word: string, names: readonly string[]): string =>
  `${word}${names.length === 1 ? '' : 's'} ${names.join(', ')}`;
