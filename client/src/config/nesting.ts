// How deep a YAML text nests, checked before it is parsed: the parser is recursive, and a file of nothing but brackets would
// crash the process.
import { Lexer } from 'yaml';

const DEEPEST = 60;
/** Marks that the lexer inserts before documents and scalars and after errors. They are not part of the text. */
const MARKS: readonly string[] = ['\u0002', '\u0018', '\u001f'];

/** Offset at which `text` nests deeper than any configuration; null if it does not. */
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
