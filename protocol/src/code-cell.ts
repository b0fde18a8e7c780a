// Which cells of a notebook count: client (before the run), functions (after it) and the usual runners mean the same ones.

// What Python's str.strip() takes away. Not JavaScript's list: a byte order mark is content, separators such as U+001C are not.
// oxlint-disable-next-line no-control-regex
const BLANK = /^[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*$/;

/** papermill's own cell. It would shift the numbers of the user's. */
export const INJECTED_TAG = 'injected-parameters';
/** nbclient, and with it papermill and nbconvert, passes such a cell over. */
const SKIPPED_TAG = 'skip-execution';

/** Whether a runner executes the code cell and marks it: progress and verdict count these. */
export function isCountedCell(source: string, tags: readonly unknown[]): boolean {
  return hasContent(source) && !tags.includes(INJECTED_TAG) && !tags.includes(SKIPPED_TAG);
}

/** Whether there is anything in it. */
export function hasContent(source: string): boolean {
  return !BLANK.test(source);
}
