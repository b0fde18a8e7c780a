// A script with Windows line endings: on the VM, bash would only say "not found".
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import type { CommitConfig } from '../../config/schema';
import { shellTokens } from '../../config/shell-tokens';
import { ExpectedError } from '../../core/errors';

/** Programs that run the script after them, whatever its first line is. */
const SHELL = /^(?:\/\S*\/)?(?:bash|sh|source|\.)$/;
/** A longer first line is not recognized: Linux reads 256 bytes of it. */
const FIRST_LINE_BYTES = 1024;

/** Throws ExpectedError if `command` or `setup` starts such a script of the project. */
export function refuseWindowsScripts(
  { command, setup = '' }: Pick<CommitConfig, 'command' | 'setup'>,
  folder: string,
): void {
  const script = [...startedBy(setup), ...startedBy(command)].find(({ path, isSourced }) => {
    const line = firstLineOf(join(folder, path), folder);
    return line?.endsWith('\r') && (isSourced || line.startsWith('#!'));
  });
  if (!script) return;
  throw new ExpectedError(
    `${script.path} has Windows line endings (CRLF), and no shell can run it. Convert them to LF, for example with: perl -pi -e 's/\\r$//' '${script.path}'`,
  );
}

function startedBy(text: string): { path: string; isSourced: boolean }[] {
  const words = shellTokens(text).filter(({ kind }) => kind !== 'comment');
  return words.flatMap(({ kind, begins, text: word }, index) => {
    const before = words[index - 1];
    const isSourced = before?.begins === true && SHELL.test(before.text);
    return kind === 'word' && (begins || isSourced) ? [{ path: word.replace(/['"\\]/g, ''), isSourced }] : [];
  });
}

/** First line of a readable file in the project; undefined for any other path. */
function firstLineOf(file: string, folder: string): string | undefined {
  const way = relative(folder, file);
  if (way.startsWith('..') || isAbsolute(way)) return undefined;
  try {
    return statSync(file).isFile() ? readFirstLine(file) : undefined;
  } catch {
    return undefined;
  }
}

function readFirstLine(file: string): string | undefined {
  const bytes = Buffer.alloc(FIRST_LINE_BYTES);
  const descriptor = openSync(file, 'r');
  try {
    const text = bytes.toString('latin1', 0, readSync(descriptor, bytes));
    return text.includes('\n') ? text.slice(0, text.indexOf('\n')) : undefined;
  } finally {
    closeSync(descriptor);
  }
}
