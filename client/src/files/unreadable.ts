// A file that the user has named and that cannot be read, as a sentence.
import { ExpectedError } from '../core/errors';

/** `remedy`: for a folder, and for a file that does not exist. */
export function unreadable(name: string, error: unknown, remedy = 'Name a file.'): ExpectedError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new ExpectedError(sentenceOf(name, { code, message, remedy }), undefined, { cause: error });
}

function sentenceOf(
  name: string,
  { code, message, remedy }: { code: string | undefined; message: string; remedy: string },
): string {
  if (code === 'EISDIR') return folderSentence(name, remedy);
  if (code === 'ENOENT' || code === 'ENOTDIR') return `${name} does not exist. ${remedy}`;
  return `${name} cannot be read: ${message}`;
}

/** For who has looked before reading. */
export const folderSentence = (name: string, remedy = 'Name a file.'): string => `${name} is a folder. ${remedy}`;
