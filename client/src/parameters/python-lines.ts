// Python source -> its logical lines, without comments and with empty strings, for use with patterns.

export interface LogicalLine {
  /** Number of spaces and tabs before it. */
  indent: number;
  text: string;
}

export interface LogicalLines {
  lines: LogicalLine[];
  /** Whether all strings and brackets are closed. */
  isWhole: boolean;
}

const QUOTE = /'''|"""|'|"/y;
const OPEN = '([{';
const CLOSE = ')]}';
/** Text before a magic command, to which IPython gives the rest of the line: nothing, or `x = `. */
const MAGIC = /^\s*(?:[\w, ]+=\s*)?$/;

interface Scan {
  source: string;
  at: number;
  depth: number;
  line: string;
  lines: LogicalLine[];
  isWhole: boolean;
}

export function logicalLines(source: string): LogicalLines {
  const scan: Scan = { source, at: 0, depth: 0, line: '', lines: [], isWhole: true };
  while (scan.at < source.length) step(scan);
  endLine(scan);
  return { lines: scan.lines, isWhole: scan.isWhole && scan.depth === 0 };
}

function step(scan: Scan): void {
  const { source, at, depth } = scan;
  const letter = source[at] ?? '';
  if (letter === '#') scan.at = endOfLine(source, at);
  else if (letter === '\\' && /^\r?\n/.test(source.slice(at + 1, at + 3))) scan.at = source.indexOf('\n', at) + 1;
  else if ((letter === '%' || letter === '!') && depth === 0 && MAGIC.test(scan.line)) takeMagic(scan);
  else if (letter === '"' || letter === "'") takeString(scan);
  else if ((letter === '\n' || letter === ';') && depth === 0) {
    // Code after a semicolon has the indentation of its line.
    const { indent } = endLine(scan);
    if (letter === ';') scan.line = ' '.repeat(indent);
    scan.at++;
  } else {
    if (OPEN.includes(letter)) scan.depth++;
    else if (CLOSE.includes(letter)) scan.depth--;
    scan.line += letter === '\n' || letter === '\r' ? ' ' : letter;
    scan.at++;
  }
}

/** Adds the line, unless it is empty. */
function endLine(scan: Scan): LogicalLine {
  const text = scan.line.trim();
  const line = { indent: scan.line.length - scan.line.trimStart().length, text };
  if (text !== '') scan.lines.push(line);
  scan.line = '';
  return line;
}

const endOfLine = (source: string, at: number): number => {
  const end = source.indexOf('\n', at);
  return end === -1 ? source.length : end;
};

function takeMagic(scan: Scan): void {
  const end = endOfLine(scan.source, scan.at);
  scan.line += scan.source.slice(scan.at, end);
  scan.at = end;
}

/** Skips the character after a backslash, also in raw strings. */
function takeString(scan: Scan): void {
  const { source } = scan;
  QUOTE.lastIndex = scan.at;
  const quote = QUOTE.exec(source)?.[0] ?? '"';
  let at = scan.at + quote.length;
  while (at < source.length && !source.startsWith(quote, at)) {
    if (quote.length === 1 && source[at] === '\n') break;
    at += source[at] === '\\' ? 2 : 1;
  }
  if (!source.startsWith(quote, at)) scan.isWhole = false;
  scan.at = Math.min(source.length, at + quote.length);
  scan.line += '""';
}
