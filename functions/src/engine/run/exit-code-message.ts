// A command's exit code and its last line as a sentence, for a run in which no cell says more.

/** A killed command cannot report its end: its last line is about something else. */
const KILLED = 137;

const TEXTS: Record<number, string> = {
  126: 'The command is not executable: make it executable (chmod +x), and check the program that its first line names',
  127: 'The command was not found, or called a program that is not installed; a file of the project that git ignores is not sent',
  [KILLED]:
    'The command was killed, usually because it ran out of memory. Use smaller batches, or, on Google Cloud, a machine type with more memory',
  139: 'The command crashed: it accessed memory that does not belong to it (segmentation fault)',
};

/** Messages of shells and env if the program in a script's first line is missing. */
const NO_INTERPRETER = /bad interpreter|required file not found|\\r['’]: No such file|use -\[v\]S to pass options/;
const WINDOWS_LINES =
  "The interpreter in the script's first line does not exist. Most often the script has Windows line endings (CRLF): save it with Unix ones (LF)";

/** `The command failed (exit code 1): No such kernel`. */
export function exitText({ exit, lastLine }: { exit?: number; lastLine?: string }): string {
  const isScript = (exit === 126 || exit === 127) && NO_INTERPRETER.test(lastLine ?? '');
  if (isScript) return `${WINDOWS_LINES} (exit code ${exit}): ${lastLine}`;
  const text = (exit === undefined ? undefined : TEXTS[exit]) ?? signalText((exit ?? 0) - 128);
  const cause = exit === KILLED ? undefined : lastLine;
  return `${text} (exit code ${exit ?? 'unknown'})${cause ? `: ${cause}` : ''}`;
}

/** A shell gives 128 and the number of the signal for what a signal ended. */
function signalText(signal: number): string {
  return signal > 0 && signal <= 64 ? `The command was ended by signal ${signal}` : 'The command failed';
}

/** A line of a log without colours and other control characters. */
export function plainLine(line: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const plain = line.replace(/\u001b\[[0-?]*[ -/]*[@-~]/g, '').replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
  return plain.replace(/\ufffd$/, '').trim(); // a character that the agent's limit cut
}
