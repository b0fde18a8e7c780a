// The notebook's path is put behind the command, and the last program of it is to take it.
import { endOfLine, endOfWord } from './shell-word';

/** The longer ones first. */
const OPERATOR = /<<<|<<-?|<&|<>|<|&>>|&>|>>|>&|>\||>|&&|&|\|\||\|&|\||;;&|;;|;&|;|\(|\)/y;
/** Words that end a construct where a command could begin. */
const CLOSING = /^(?:fi|done|esac|\})$/;
const HERE_DOCUMENT = /^<<-?$/;

/**
 * What at the end of `command` would take the notebook's path, or hand it to no program; undefined where it arrives. What
 * bash will refuse for other reasons is left to bash.
 */
export function pathTakenBy(command: string): string | undefined {
  const text = command.trimEnd();
  /** The last word or operator, and whether a command could begin with it. */
  let last = { text: '', begins: true };
  let begins = true;
  let documents: string[] = [];
  for (let at = 0; at < text.length;) {
    if (text[at] === '\n') {
      at += 1;
      for (const name of documents) at = endOfDocument(text, at, name);
      if (documents.length > 0 && at >= text.length) return 'a here-document';
      documents = [];
      begins = true;
    } else if (/\s/.test(text[at] ?? '')) at += 1;
    else if (text[at] === '#') {
      at = endOfLine(text, at);
      if (text.slice(at).trim() === '') return 'a comment';
    } else {
      OPERATOR.lastIndex = at;
      const operator = OPERATOR.exec(text)?.[0];
      const end = operator === undefined ? endOfWord(text, at) : at + operator.length;
      if (end === undefined) return 'a quote, a bracket or a backslash that nothing closes';
      const word = text.slice(at, end);
      if (HERE_DOCUMENT.test(last.text)) documents.push(word.replace(/['"\\]/g, ''));
      last = { text: word, begins };
      begins = operator === undefined ? begins && CLOSING.test(word) : !/[<>]/.test(operator);
      at = end;
    }
  }
  const isTaken = isOperator(last.text) || (last.begins && CLOSING.test(last.text));
  return isTaken ? `\`${last.text}\`` : undefined;
}

function isOperator(text: string): boolean {
  OPERATOR.lastIndex = 0;
  return OPERATOR.test(text);
}

/** Behind the line that is `name`; at the end of the text where that is its last one. */
function endOfDocument(text: string, from: number, name: string): number {
  for (let at = from; at < text.length; at = endOfLine(text, at) + 1) {
    const line = text.slice(at, endOfLine(text, at));
    if (line.replace(/^\t+/, '') === name) return Math.min(endOfLine(text, at) + 1, text.length);
  }
  return text.length;
}
