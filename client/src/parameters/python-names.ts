// The names that a Python cell assigns at its top level: the same as with Python's `ast`, or fewer and marked as unsure.
import type { AssignedNames } from './assigned-names';
import { logicalLines } from './python-lines';

const NAME = String.raw`[\p{L}_][\p{L}\p{M}\p{N}_]*`;
const pattern = (text: string, flags = 'u'): RegExp => new RegExp(text.replaceAll('NAME', NAME), flags);

const ALONE = pattern('^NAME$');
const WALRUS = pattern('(NAME)\\s*:=', 'gu');
const ANNOTATED = pattern('^(NAME)\\s*:(?!=)');
const AUGMENTED = pattern('^(NAME)\\s*(?:\\*\\*|//|>>|<<|[-+*/%&|^@])=(?!=)');
const IMPORT_FROM = /^from\s+[\w.\s]+?\s+import\b(.*)$/;
const IMPORT = /^import\b(.*)$/;
const BLOCK = /^(?:if|elif|else|for|while|try|except|finally|with|async\s+for|async\s+with)\b/;
const DEFINITION = pattern('^(?:async\\s+)?(?:def|class)\\s+(NAME)');
/** Soft keywords: they may also be names of variables. */
const SOFT_BLOCK = /^(?:match|case)\b.*:/;
const LINE_MAGIC = /^%{1,2}(\w+)/;
/** Magics that assign nothing, with Python after them. */
const HARMLESS = new Set(['matplotlib', 'config', 'load_ext', 'reload_ext', 'autoreload', 'time', 'timeit', 'capture']);
const ALSO_HARMLESS = new Set(['pip', 'conda', 'env', 'cd', 'pwd', 'ls', 'precision', 'xmode', 'warnings']);
/** With these a cell can assign any name. */
const DOUBTFUL = /\b(?:exec|eval|execfile|globals|locals|vars|setattr|get_ipython|__import__|__dict__|__builtins__)\b/;

interface Found {
  assigned: Set<string>;
  others: Set<string>;
  isSure: boolean;
}

export function namesInPython(source: string): AssignedNames {
  const { lines, isWhole } = logicalLines(source);
  const found: Found = { assigned: new Set(), others: new Set(), isSure: isWhole };
  // Lines with a deeper indentation belong to a function or class, which has names of its own.
  let inner = Infinity;
  for (const { indent, text } of lines) {
    if (indent > inner) continue;
    inner = DEFINITION.test(text) ? indent : Infinity;
    readStatement(text, found);
  }
  return { assigned: [...found.assigned], others: found.others, isSure: found.isSure };
}

function readStatement(text: string, found: Found): void {
  if (text.startsWith('%')) {
    const name = LINE_MAGIC.exec(text)?.[1] ?? '';
    if (!HARMLESS.has(name) && !ALSO_HARMLESS.has(name)) found.isSure = false;
    // The rest of the line is Python.
    if (/^%(?:time|timeit)\s/.test(text)) readStatement(text.replace(/^%\w+\s+/, ''), found);
    return;
  }
  if (text.startsWith('!') || text.startsWith('@')) return;
  if (DOUBTFUL.test(text)) found.isSure = false;
  for (const [, name = ''] of text.matchAll(WALRUS)) found.others.add(name);
  const definition = DEFINITION.exec(text);
  if (definition?.[1]) found.others.add(definition[1]);
  else if (SOFT_BLOCK.test(text) && !hasAssignment(text)) found.isSure = false;
  else if (BLOCK.test(text)) readBlock(text, found);
  else if (/^(?:from|import)\b/.test(text)) readImport(text, found);
  else readAssignment(text, found);
}

/** The header of a block may set names, and a statement may follow on the same line. */
function readBlock(text: string, found: Found): void {
  const [header = '', ...rest] = splitOutside(text, /:(?!=)/y);
  if (/\blambda\b/.test(header)) {
    found.isSure = false;
    return;
  }
  const loop = /\bfor\b(.*?)\bin\b/.exec(header)?.[1];
  const named = Array.from(header.matchAll(/\bas\b\s*(\([^)]*\)|\[[^\]]*\]|[^,)]*)/g), ([, name = '']) => name);
  for (const target of [...(loop === undefined ? [] : [loop]), ...named]) {
    for (const name of targetNames(target)) found.others.add(name);
  }
  const body = rest.join(':').trim();
  if (body !== '') readStatement(body, found);
}

function readImport(text: string, found: Found): void {
  const from = IMPORT_FROM.exec(text)?.[1];
  const list = from ?? IMPORT.exec(text)?.[1] ?? '';
  for (const part of list.replace(/[()]/g, '').split(',')) {
    const words = part.trim().split(/\s+/);
    if (words[0] === '*') found.isSure = false;
    const name = words.at(-1) ?? '';
    if (words[1] === 'as' || from !== undefined) found.others.add(name);
    else found.others.add(name.split('.')[0] ?? '');
  }
}

function readAssignment(text: string, found: Found): void {
  const augmented = AUGMENTED.exec(text)?.[1];
  if (augmented) {
    found.others.add(augmented);
    return;
  }
  const statement = text.replace(/^type\s+(?=[^=\s]+\s*=(?!=))/, '');
  const annotated = ANNOTATED.exec(statement)?.[1];
  if (annotated) {
    found.assigned.add(annotated);
    return;
  }
  const targets = splitOutside(statement, /(?<![=!<>:+\-*/%&|^@])=(?!=)/y).slice(0, -1);
  for (const name of targets.flatMap(targetNames)) found.assigned.add(name);
}

const hasAssignment = (text: string): boolean => splitOutside(text, /(?<![=!<>:+\-*/%&|^@])=(?!=)/y).length > 1;

/** The names that `a`, `a, *b` and `(a, [b, c])` set. `a.b` and `a[0]` set none. */
function targetNames(target: string): string[] {
  return splitOutside(target, /,/y).flatMap((part) => {
    const plain = part.trim().replace(/^\*\s*/, '');
    if (ALONE.test(plain)) return [plain];
    return /^[([].*[)\]]$/.test(plain) ? targetNames(plain.slice(1, -1)) : [];
  });
}

/** Splits at a pattern where no bracket is open. */
function splitOutside(text: string, separator: RegExp): string[] {
  const parts: string[] = [];
  let [start, depth] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] ?? '';
    if ('([{'.includes(letter)) depth++;
    else if (')]}'.includes(letter)) depth--;
    separator.lastIndex = at;
    if (depth !== 0 || !separator.test(text)) continue;
    parts.push(text.slice(start, at));
    start = separator.lastIndex;
    at = start - 1;
  }
  return [...parts, text.slice(start)];
}
