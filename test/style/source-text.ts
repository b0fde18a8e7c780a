// Finds the texts of a TypeScript source that people read: comments and string literals. Code, regular expressions and the
// expressions in templates are left out.

export interface SourceText {
  kind: 'comment' | 'string';
  /** Without delimiters. Consecutive line comments are one text, and its line breaks are spaces. */
  text: string;
  /** Counted from 1. */
  line: number;
}

const LINE_COMMENTS = /\/\/[^\n]*(?:\n[ \t]*\/\/[^\n]*)*/y;
const BLOCK_COMMENT = /\/\*[^]*?\*\//y;
const PLAIN_STRING = /'(?:[^'\\\n]|\\[^])*'|"(?:[^"\\\n]|\\[^])*"/y;
/** A part of a template, up to its end or to an expression. */
const TEMPLATE = /(?:[^`\\$]|\\[^]|\$(?!\{))*(?:`|\$\{)/y;
const REGULAR_EXPRESSION = /\/(?![/*])(?:[^\\/[\n]|\\.|\[(?:[^\\\]\n]|\\.)*\])+\/[a-z]*/y;
/** Code after which a slash begins a regular expression, and is not a division. */
const BEFORE_REGULAR_EXPRESSION = /(?:^|[(,=:[!&|?{};+>]|\b(?:return|case|typeof))\s*$/;
const CODE = /[A-Za-z0-9_$\s]+|[^]/y;

export function sourceTexts(source: string): SourceText[] {
  const found: SourceText[] = [];
  /** Open braces of code, one number for each template around it. */
  const depths: number[] = [];
  let at = 0;
  let code = '';
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const text = pattern.exec(source)?.[0];
    at += text?.length ?? 0;
    return text;
  };
  const add = (kind: SourceText['kind'], start: number, text: string): void => {
    found.push({ kind, text, line: source.slice(0, start).split('\n').length });
    code = kind === 'string' ? 'x' : code;
  };
  const takeTemplate = (): void => {
    const start = at;
    const text = take(TEMPLATE) ?? '';
    const isOpen = text.endsWith('${');
    add('string', start, text.slice(0, isOpen ? -2 : -1));
    if (isOpen) depths.push(0);
    code = isOpen ? '(' : 'x';
  };
  while (at < source.length) {
    const start = at;
    const comment = take(LINE_COMMENTS) ?? take(BLOCK_COMMENT);
    if (comment !== undefined) {
      add(
        'comment',
        start,
        comment
          .replace(/^\/\*+|\*\/$|^\/\//g, '')
          .replace(/\s*\n\s*(?:\/\/|\*)?/g, ' ')
          .trim(),
      );
      continue;
    }
    const string = take(PLAIN_STRING);
    if (string !== undefined) {
      add('string', start, string.slice(1, -1));
      continue;
    }
    if (source[at] === '`') {
      at += 1;
      takeTemplate();
      continue;
    }
    const depth = depths.at(-1);
    if (source[at] === '}' && depth === 0) {
      depths.pop();
      at += 1;
      takeTemplate();
      continue;
    }
    if (source[at] === '/' && BEFORE_REGULAR_EXPRESSION.test(code) && take(REGULAR_EXPRESSION) !== undefined) {
      code = 'x';
      continue;
    }
    if (depth !== undefined && source[at] === '{') depths[depths.length - 1] = depth + 1;
    if (depth !== undefined && source[at] === '}') depths[depths.length - 1] = depth - 1;
    code = `${code}${take(CODE) ?? ''}`.slice(-20);
  }
  return found;
}
