// Reads a .env file: NAME=value lines, `export ` before them, comments, single quotes (taken as they are) and double
// quotes (with \n, \r, \t, \", \\, and line breaks).

const LINE =
  /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*(?:'([^']*)'|"((?:[^"\\]|\\[^])*)"|([^\r\n]*?))[ \t]*(?:[ \t]#[^\r\n]*)?\r?$/gm;
const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t' };

export function parseDotenv(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [, name = '', single, double, plain = ''] of text.matchAll(LINE)) {
    values[name] =
      single ??
      double?.replace(/\\([^])/g, (_all, letter: string) => ESCAPES[letter] ?? letter) ??
      plain.replace(/^#.*$/, '');
  }
  return values;
}
