// Finds the names that a cell in R or Julia assigns, with patterns. Names of arguments count too, so that an existing name is
// never reported as missing.
import type { AssignedNames } from './assigned-names';

interface Syntax {
  /** Strings and comments. */
  passed: RegExp;
  /** At the start of a statement; the first group is the name. */
  assignments: RegExp[];
  /** Anywhere. */
  others: RegExp[];
  doubtful: RegExp;
}

const R_NAME = String.raw`((?:[\p{L}.][\p{L}\p{N}._]*)|\x60[^\x60\n]+\x60)`;
const R: Syntax = {
  passed: /#.*|[rR]"(-*)\([^]*?\)\1"|[rR]'(-*)\([^]*?\)\2'|"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'/g,
  assignments: [new RegExp(String.raw`(?:^|[;\n{])[^\S\n]*${R_NAME}\s*(?:<<?-|=(?!=))`, 'gu')],
  others: [new RegExp(String.raw`${R_NAME}\s*(?:<<?-|=(?!=))`, 'gu'), new RegExp(String.raw`->>?\s*${R_NAME}`, 'gu')],
  doubtful: /\b(?:assign|eval|source|load|attach|list2env|makeActiveBinding|delayedAssign|sys\.source)\b|%<>%/,
};

const JULIA_NAME = String.raw`([\p{L}_][\p{L}\p{M}\p{N}_!]*)`;
const JULIA: Syntax = {
  passed: /#=[^]*?=#|#.*|"""(?:[^\\]|\\[^])*?"""|"(?:[^"\\]|\\[^])*"|(?<![\p{L}\p{N}_)\]])'(?:[^'\\\n]|\\[^\n])'/gu,
  assignments: [
    new RegExp(
      String.raw`(?:^|[;\n])[^\S\n]*(?:(?:const|global|local)\s+)?${JULIA_NAME}(?:::[^=\n]+?)?\s*=(?![=>])`,
      'gu',
    ),
  ],
  others: [
    new RegExp(String.raw`${JULIA_NAME}(?:::[^=\n,]+?)?\s*[-+*/^]?=(?![=>])`, 'gu'),
    new RegExp(String.raw`${JULIA_NAME}\s*,(?=[^=\n]*=(?!=))`, 'gu'),
  ],
  doubtful: /\b(?:include|eval|include_string)\b|@eval|@load|@unpack/,
};

export const namesInR = (source: string): AssignedNames => {
  const { assigned, others, isSure } = namesIn(source, R);
  const plain = (name: string): string => name.replaceAll('`', '');
  return { assigned: assigned.map(plain), others: new Set([...others].map(plain)), isSure };
};

export const namesInJulia = (source: string): AssignedNames => namesIn(source, JULIA);

function namesIn(source: string, { passed, assignments, others, doubtful }: Syntax): AssignedNames {
  const code = source.replaceAll('\r', '').replace(passed, (text) => (/^["'rR]/.test(text) ? '""' : ' '));
  const all = (patterns: RegExp[]): Set<string> =>
    new Set(patterns.flatMap((each) => Array.from(code.matchAll(each), ([, name = '']) => name)));
  return { assigned: [...all(assignments)], others: all(others), isSure: !doubtful.test(code) };
}
