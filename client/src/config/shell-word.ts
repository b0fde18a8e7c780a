// Finds the end of a bash word. Quotes, escapes and substitutions belong to the word with their whole content.

/** Index after the word that begins at `from`; undefined if it is not closed; equal to `from` if there is no word. */
export function endOfWord(text: string, from: number): number | undefined {
  let at: number | undefined = from;
  while (at !== undefined && at < text.length && !/[\s;&|()<>]/.test(text[at] ?? '')) at = endOfPart(text, at);
  return at;
}

/** Index after one character, or after the quote or substitution that begins with it. */
function endOfPart(text: string, at: number): number | undefined {
  const char = text[at];
  const two = text.slice(at, at + 2);
  if (char === '\\') return at + 1 < text.length ? at + 2 : undefined;
  if (char === "'") return behind(text.indexOf("'", at + 1));
  if (two === "$'") return endOfQuoted(text, at + 2, "'", false);
  if (char === '"') return endOfQuoted(text, at + 1, '"', true);
  if (char === '`') return endOfQuoted(text, at + 1, '`', false);
  if (two === '$(') return endOfNested(text, at + 2, ')');
  if (two === '${') return endOfNested(text, at + 2, '}');
  return at + 1;
}

const behind = (index: number): number | undefined => (index === -1 ? undefined : index + 1);

function endOfQuoted(text: string, from: number, quote: string, expands: boolean): number | undefined {
  for (let at: number | undefined = from; at !== undefined && at < text.length;) {
    if (text[at] === quote) return at + 1;
    const isPart: boolean = text[at] === '\\' || (expands && /[`$]/.test(text[at] ?? '') && !text.startsWith("$'", at));
    at = isPart ? endOfPart(text, at) : at + 1;
  }
  return undefined;
}

/** Index after a substitution that ends with `close`. Comments are skipped where commands stand. */
function endOfNested(text: string, from: number, close: ')' | '}'): number | undefined {
  for (let at: number | undefined = from; at !== undefined && at < text.length;) {
    if (text[at] === close) return at + 1;
    if (close === ')' && text[at] === '(') at = endOfNested(text, at + 1, ')');
    else if (close === ')' && text[at] === '#' && /[\s;&|(]/.test(text[at - 1] ?? '')) at = endOfLine(text, at);
    else at = endOfPart(text, at);
  }
  return undefined;
}

/** Index of the line break at the end of the line, or of the text's end. */
export function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}
