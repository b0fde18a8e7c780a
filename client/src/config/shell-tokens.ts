// The words and operators of a bash command, as far as needed to know which programs run and how it ends.
import { endOfLine, endOfWord } from './shell-word';

export interface ShellToken {
  /** `unclosed`: the rest of the text, because a quote or bracket is not closed. */
  kind: 'word' | 'operator' | 'comment' | 'here-document' | 'unclosed';
  text: string;
  /** Whether a command could begin here. */
  begins: boolean;
}

/** Longer operators first. */
const OPERATOR = /<<<|<<-?|<&|<>|<|&>>|&>|>>|>&|>\||>|&&|&|\|\||\|&|\||;;&|;;|;&|;|\(|\)/y;
/** Words that end a construct, if they stand where a command could begin. */
const CLOSING = /^(?:fi|done|esac|\})$/;
/** Words after which a new command begins. */
const OPENING = /^(?:if|then|else|elif|while|until|do|time|!|\{|exec|[A-Za-z_]\w*\+?=.*)$/s;

export const isClosing = ({ kind, text, begins }: ShellToken): boolean =>
  kind === 'word' && begins && CLOSING.test(text);

export function shellTokens(text: string): ShellToken[] {
  const tokens: ShellToken[] = [];
  let begins = true;
  let documents: string[] = [];
  for (let at = 0; at < text.length;) {
    if (text[at] === '\n') {
      const start = ++at;
      for (const name of documents) at = endOfDocument(text, at, name);
      if (documents.length > 0) tokens.push({ kind: 'here-document', text: text.slice(start, at), begins: false });
      documents = [];
      begins = true;
    } else if (/\s/.test(text[at] ?? '')) at += 1;
    else {
      const token: ShellToken = { ...tokenAt(text, at), begins };
      if (/^<<-?$/.test(tokens.at(-1)?.text ?? '')) documents.push(token.text.replace(/['"\\]/g, ''));
      tokens.push(token);
      at += token.text.length;
      if (token.kind === 'operator') begins = !/[<>]/.test(token.text);
      else if (token.kind === 'word') begins &&= CLOSING.test(token.text) || OPENING.test(token.text);
    }
  }
  return tokens;
}

function tokenAt(text: string, at: number): Pick<ShellToken, 'kind' | 'text'> {
  if (text[at] === '#') return { kind: 'comment', text: text.slice(at, endOfLine(text, at)) };
  OPERATOR.lastIndex = at;
  const operator = OPERATOR.exec(text)?.[0];
  if (operator !== undefined) return { kind: 'operator', text: operator };
  const end = endOfWord(text, at);
  return end === undefined ? { kind: 'unclosed', text: text.slice(at) } : { kind: 'word', text: text.slice(at, end) };
}

/** Index after the line `name`, or the end of the text if that is its last line. */
function endOfDocument(text: string, from: number, name: string): number {
  for (let at = from; at < text.length; at = endOfLine(text, at) + 1) {
    const line = text.slice(at, endOfLine(text, at));
    if (line.replace(/^\t+/, '') === name) return Math.min(endOfLine(text, at) + 1, text.length);
  }
  return text.length;
}
