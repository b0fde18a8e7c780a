// JSON as Python writes it: with NaN and Infinity, which JSON does not know, and now and then behind a byte order mark.

const NO_JSON = /-?\b(?:NaN|Infinity)\b/g;

/** The value of `text`, with null for NaN and the infinities. Throws SyntaxError for what is no JSON in Python's eyes either. */
export function parsePythonJson(text: string): unknown {
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
  try {
    return JSON.parse(plain);
  } catch (error) {
    if (plain.search(NO_JSON) === -1) throw error;
    return JSON.parse(withoutNaN(plain));
  }
}

/** What stands in texts stays. No pattern does this for a text of 60 MB: it would run out of stack. */
function withoutNaN(json: string): string {
  const parts: string[] = [];
  for (let at = 0; at < json.length;) {
    const quote = json.indexOf('"', at);
    const outside = quote === -1 ? json.length : quote;
    const next = quote === -1 ? json.length : endOfText(json, quote);
    parts.push(json.slice(at, outside).replace(NO_JSON, 'null'), json.slice(outside, next));
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
