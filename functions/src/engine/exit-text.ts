// What a command's exit code and its last words say to its user, where no cell says more.

const TEXTS: Record<number, string> = {
  126: 'The command may not be executed: make it executable (chmod +x), and check the program that its first line names',
  127: 'The command was not found, or called a program that is not installed; a file of the project that git ignores is not sent',
  137: 'The command was killed, most often for want of memory: take a machine with more of it, or smaller batches',
  139: 'The command crashed: it read or wrote memory that is not its own',
};

/** `The command failed (exit code 1): No such kernel`. */
export function exitText({ exit, lastLine }: { exit?: number; lastLine?: string }): string {
  const text = (exit === undefined ? undefined : TEXTS[exit]) ?? signalText((exit ?? 0) - 128);
  return `${text} (exit code ${exit ?? 'unknown'})${lastLine ? `: ${lastLine}` : ''}`;
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
