// By which last line of a log an error of a notebook is known: a runner that fails for it prints its traceback last of all.
import { cutText } from '@mymlops/protocol';
import { plainLine } from './exit-code-message';

const LONGEST = 300;
/** The agent looks for the last line in as much of the log, and half of it may be colours. */
const TAIL = 8192;
/** Longer ones may be cut: the agent counts characters or bytes, its locale decides. */
const SURELY_WHOLE_BYTES = 280;

export interface PrintedError {
  ename: string;
  evalue: string;
  traceback: readonly string[];
  executionCount: number | undefined;
}

/**
 * papermill ends with the traceback's last line, which may belong to a note or to a text of several lines, and may have fewer
 * words than the error's own; if there is no traceback, with its heading. nbclient ends with name and text.
 */
export function errorLines({ ename, evalue, traceback, executionCount }: PrintedError): string[] {
  const heading = `Exception encountered at "In [${executionCount}]":`;
  const lines = [lastLineOf(`${ename}: ${evalue}`), lastLineOf(traceback.join('\n')) || withoutColon(heading)];
  return [...new Set(lines)].filter((line) => line !== '');
}

/** Whether a log ended with such a line. */
export function isErrorLine(line: string, lines: readonly string[]): boolean {
  const last = withoutColon(line);
  return lines.some((each) => each === last || isBeginning(each, last) || isBeginning(last, each));
}

const isBeginning = (short: string, long: string): boolean =>
  Buffer.byteLength(short) >= SURELY_WHOLE_BYTES && long.startsWith(short);

/** To the agent a carriage return ends a line as well. */
function lastLineOf(text: string): string {
  const lines = text
    .trimEnd()
    .slice(-TAIL)
    .split(/[\r\n]/)
    .map(plainLine);
  return withoutColon(cutText(lines.findLast((line) => line !== '') ?? '', LONGEST));
}

/** An error without a text is `AssertionError: ` or `AssertionError`. */
const withoutColon = (line: string): string => line.trim().replace(/:$/, '');
