// Finds the end of a bash word. Quotes, escapes and substitutions belong to the word, with everything in them.

/** Index behind the word that begins at `from`; undefined where something in it is not closed. Equal to `from`: no word. */
export function endOfWord(text: string, from: number): number | undefined {
  let at: number | undefined = from;
  while (at !== undefined && at < text.length && !/[\s;&|()<>]/.test(text[at] ?? '')) at = endOfPart(text, at);
  return at;
}

/** One character, or what begins with it and ends with its partner. */
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

/** A substitution up to its `close`, with comments where commands are. */
function endOfNested(text: string, from: number, close: ')' | '}'): number | undefined {
  for (let at: number | undefined = from; at !== undefined && at < text.length;) {
    if (text[at] === close) return at + 1;
    if (close === ')' && text[at] === '(') at = endOfNested(text, at + 1, ')');
    else if (close === ')' && text[at] === '#' && /[\s;&|(]/.test(text[at - 1] ?? '')) at = endOfLine(text, at);
    else at = endOfPart(text, at);
  }
  return undefined;
}

/** Index of the line's end, which is not part of it. */
export function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}
