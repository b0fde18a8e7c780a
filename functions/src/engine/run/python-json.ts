// JSON as Python writes it: with NaN and Infinity, which JSON does not know, and now and then behind a byte order mark.

const NO_JSON = /-?\b(?:NaN|Infinity)\b/g;
/** In what is known to be JSON of Python's, outside its texts. */
const NUMBER = /-?(?:NaN|Infinity|\d[\d.eE+-]*)/g;

/** The value of `text`, with null for NaN and the infinities. Throws SyntaxError for what is no JSON in Python's eyes either. */
export function parsePythonJson(text: string): unknown {
  const plain = withoutMark(text);
  try {
    return JSON.parse(plain);
  } catch (error) {
    if (plain.search(NO_JSON) === -1) throw error;
    return JSON.parse(mapParts(plain, { outside: (part) => part.replace(NO_JSON, 'null') }));
  }
}

/**
 * The same with every number as it is written: as the text `#1.0`, where every text, those of keys too, begins with `=`.
 * So keys keep the order of the file, and none of them means anything to JavaScript.
 */
export function parseSpelled(text: string): unknown {
  parsePythonJson(text);
  const marked = mapParts(withoutMark(text), {
    outside: (part) => part.replace(NUMBER, '"#$&"'),
    quoted: (part) => `"=${part.slice(1)}`,
  });
  return JSON.parse(marked);
}

const withoutMark = (text: string): string => (text.startsWith('\uFEFF') ? text.slice(1) : text);

type Rewrite = (part: string) => string;

/** Texts, in their quotes, and what stands outside them. No pattern does this for a text of 60 MB: it would run out of stack. */
function mapParts(json: string, { outside, quoted = (part) => part }: { outside: Rewrite; quoted?: Rewrite }): string {
  const parts: string[] = [];
  for (let at = 0; at < json.length;) {
    const quote = json.indexOf('"', at);
    const start = quote === -1 ? json.length : quote;
    const next = quote === -1 ? json.length : endOfText(json, quote);
    parts.push(outside(json.slice(at, start)), start < next ? quoted(json.slice(start, next)) : '');
    at = next;
  }
  return parts.join('');
}

function endOfText(json: string, start: number): number {
  for (let quote = json.indexOf('"', start + 1); quote !== -1; quote = json.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (json[quote - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
  }
  return json.length;
}
