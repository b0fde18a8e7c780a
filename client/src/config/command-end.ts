// The notebook's path is put behind the command, and the last program of it is to take it.
import { isClosing, shellTokens } from './shell-tokens';

/** Names the end of `command` that would keep the notebook's path from any program; undefined if the path arrives. */
export function pathTakenBy(command: string): string | undefined {
  const last = shellTokens(command.trimEnd()).at(-1);
  if (last?.kind === 'comment') return 'a comment';
  if (last?.kind === 'here-document') return 'a here-document';
  if (last?.kind === 'unclosed') return 'a quote, a bracket or a backslash that nothing closes';
  return last && (last.kind === 'operator' || isClosing(last)) ? `\`${last.text}\`` : undefined;
}
