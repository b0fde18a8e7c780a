// What a command's exit code says to its user, where no cell says more.

const TEXTS: Record<number, string> = {
  126: 'The command may not be executed: make it executable (chmod +x), and check the program that its first line names',
  127: 'The command was not found, or called a program that is not installed; a file of the project that git ignores is not sent. The log has its name',
  137: 'The command was killed, most often for want of memory: take a machine with more of it, or smaller batches',
  139: 'The command crashed: it read or wrote memory that is not its own',
};

/** A sentence without its full stop. A shell gives 128 and the number of the signal for what a signal ended. */
export function exitText(exit: number | undefined): string {
  const signal = (exit ?? 0) - 128;
  const text = exit === undefined ? undefined : TEXTS[exit];
  return text ?? (signal > 0 && signal <= 64 ? `The command was ended by signal ${signal}` : 'The command failed');
}
