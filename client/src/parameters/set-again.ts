// Checks whether a cell after the inserted values sets one of them again. The notebook would run with its own value, but the
// given value would be recorded.
import type { AssignedNames } from './assigned-names';
import { type LogicalLine, logicalLines } from './python-lines';

export interface AssignmentReader {
  language: string;
  read: (source: string) => AssignedNames;
}

/** `surely`: regardless of the given value. `maybe`: in a block, or depending on the given value. */
export type SetAgain = 'surely' | 'maybe' | 'no';

const BLOCK = /^(?:if|elif|else|for|while|try|except|finally|with|async|match|case|function|let|begin)\b/;

export function setsAgain(source: string, name: string, { language, read }: AssignmentReader): SetAgain {
  if (!hasAssigned(read(source), name)) return 'no';
  const mention = mentionOf(name, language);
  const first = linesOf(source, language).find(({ text }) => mention.test(text));
  if (!first || first.indent > 0 || BLOCK.test(first.text)) return 'maybe';
  const { text } = first;
  const isOnlyTarget = text.split(mention).length === 2 && (language === 'python' || text.search(mention) === 0);
  const names = read(text);
  return isOnlyTarget && names.isSure && hasAssigned(names, name) ? 'surely' : 'maybe';
}

const hasAssigned = ({ assigned }: AssignedNames, name: string): boolean =>
  assigned.some((each) => each.normalize('NFKC') === name);

function linesOf(source: string, language: string): LogicalLine[] {
  if (language === 'python') return logicalLines(source).lines;
  return source.split(/[\r\n]+/).map((line) => {
    const text = line.replace(/#.*/, '').trim();
    return { indent: line.length - line.trimStart().length, text };
  });
}

/** Matches the name as a whole word. Names in R may have dots. */
function mentionOf(name: string, language: string): RegExp {
  const letter = String.raw`[\p{L}\p{M}\p{N}_${language === 'r' ? '.' : ''}]`;
  return new RegExp(`(?<!${letter})${name.replaceAll('.', String.raw`\.`)}(?!${letter})`, 'u');
}
