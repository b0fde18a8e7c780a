// Adds missing lines to a .gitignore.

/** Appends the patterns of `wanted` that `existing` lacks. Returns the text and the added patterns. */
export function withIgnoreLines(existing: string, wanted: string): { text: string; added: string[] } {
  const known = new Set(existing.split('\n').map((line) => line.trim()));
  const added = wanted
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#') && !known.has(line));
  if (added.length === 0) return { text: existing, added };
  const before = existing === '' || existing.endsWith('\n') ? existing : `${existing}\n`;
  return { text: `${before}${added.join('\n')}\n`, added };
}
