// How deep a YAML text nests, before it is parsed: the parser calls itself at every level, and a file of brackets alone
// would take the process with it.
import { Lexer } from 'yaml';

const DEEPEST = 60;
/** Before documents and scalars, and after what is broken: not of the text. */
const MARKS: readonly string[] = ['\u0002', '\u0018', '\u001f'];

/** Offset at which `text` nests deeper than any configuration does; null where it does not. */
export function tooDeepAt(text: string): number | null {
  let offset = 0;
  let brackets = 0;
  let onLine = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme === '[' || lexeme === '{') brackets += 1;
    else if (lexeme === ']' || lexeme === '}') brackets -= 1;
    else if (lexeme === '-' || lexeme === '?' || lexeme === ':') onLine += 1;
    else if (lexeme === '\n' || lexeme === '\r\n') onLine = 0;
    if (brackets > DEEPEST || (brackets === 0 && onLine > DEEPEST)) return offset;
    if (!MARKS.includes(lexeme)) offset += lexeme.length;
  }
  return null;
}
