// The notebook's path is appended to the command, and must reach its last program.
import { isClosing, shellTokens } from './shell-tokens';

/** The end of `command` that keeps the notebook's path from every program; undefined if a program receives the path. */
export function pathTakenBy(command: string): string | undefined {
  const last = shellTokens(command.trimEnd()).at(-1);
  if (last?.kind === 'comment') return 'a comment';
  if (last?.kind === 'here-document') return 'a here-document';
  if (last?.kind === 'unclosed') return 'a quote, a bracket or a backslash that nothing closes';
  return last && (last.kind === 'operator' || isClosing(last)) ? `\`${last.text}\`` : undefined;
}
