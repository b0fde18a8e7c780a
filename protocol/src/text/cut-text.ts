// Cuts of text that comes from elsewhere.

/**
 * The beginning of `text`, in at most so many UTF-16 units, without half a character at its end. Halves that were there
 * before become U+FFFD: a database takes no such text.
 */
export function cutText(text: string, units: number): string {
  const end = text.length > units && isPair(text.slice(units - 1, units + 1)) ? units - 1 : units;
  return text.slice(0, end).toWellFormed();
}

const isPair = (letters: string): boolean => /^[\ud800-\udbff][\udc00-\udfff]$/.test(letters);
