// Reads a .env file like Node.js (util.parseEnv) and the package dotenv, where these agree: NAME=value, an `export ` before
// it, comments, and values in single, double or back quotes, also over several lines; in double quotes \n is a line break.
// A line that they read differently, or that neither can read, gets a warning and no value. Node's own function is not
// used: its versions differ, and it reports no errors.

export interface Dotenv {
  values: Record<string, string>;
  /** Names without a value, as theirs cannot be read; absent if there are none. */
  unread?: string[];
  warnings: DotenvWarning[];
}

export interface DotenvWarning {
  line: number;
  message: string;
}

const NOTHING = /[ \t]*(?:#[^\r\n]*)?(?=[\r\n]|$(?![^]))/y;
const NAME = /[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*/y;
/** Without the flag `m` and `$`, which also match at U+2028. */
const QUOTED = /(?:'([^']*)'|"([^"]*)"|`([^`]*)`)[ \t]*(?:#[^\r\n]*)?(?=[\r\n]|$(?![^]))/y;
const PLAIN = /([^\r\n#]*)(#?)[^\r\n]*/y;
const REST_OF_LINE = /[^\r\n]*/y;
const LINE_END = /\r\n|\n|\r/y;

export function parseDotenv(text: string): Dotenv {
  const values = Object.create(null) as Record<string, string>; // a name such as constructor has no value before it gets one
  const unread = new Set<string>();
  const warnings: DotenvWarning[] = [];
  let at = 0;
  let line = 1;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (!found) return null;
    at += found[0].length;
    line += found[0].match(/\r\n|\n|\r/g)?.length ?? 0;
    return found;
  };
  while (at < text.length) {
    const start = line;
    const warning = (message: string): void => void warnings.push({ line: start, message });
    if (!take(NOTHING)) {
      const name = take(NAME)?.[1];
      const value = name === undefined ? { unread: 'it is not of the form NAME=value' } : takeValue(take);
      if ('text' in value && name !== undefined) {
        values[name] = value.text;
        unread.delete(name);
        if (value.isCut) warning(`the value of ${name} ends before #. If # belongs to the value, put it in quotes`);
      } else if ('unread' in value) {
        warning(`cannot be read: ${value.unread}`);
        // Otherwise an older value would be used instead of this one.
        if (name !== undefined) {
          delete values[name];
          unread.add(name);
        }
        take(REST_OF_LINE);
      }
    }
    take(LINE_END);
  }
  return { values, ...(unread.size > 0 && { unread: [...unread] }), warnings };
}

type Value = { text: string; isCut?: boolean } | { unread: string };

function takeValue(take: (pattern: RegExp) => RegExpExecArray | null): Value {
  const quoted = take(QUOTED);
  if (quoted) {
    const [, single, double, back] = quoted;
    const content = (single ?? double ?? back ?? '').replaceAll('\r\n', '\n');
    if (content.endsWith('\\')) return { unread: 'a backslash before the closing quote' };
    if (double === undefined) return { text: content };
    return content.includes('\\r')
      ? { unread: '\\r in double quotes, which not every program reads as a carriage return' }
      : { text: content.replaceAll('\\n', '\n') };
  }
  const [, plain = '', comment] = take(PLAIN) ?? [];
  if (/^['"`]/.test(plain))
    return { unread: 'its quotes do not match. Use another kind of quote around a value that contains a quote' };
  return { text: plain.trim(), isCut: comment === '#' && /\S$/.test(plain) };
}
