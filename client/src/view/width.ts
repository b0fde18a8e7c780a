// The width of texts in terminal columns, and cuts that do not split a character.
import type stringWidth from 'string-width';

/** Most texts: each character takes one column. */
const PLAIN = /^[ -~]*$/;

let library: { default: typeof stringWidth } | undefined;
let segmenter: Intl.Segmenter | undefined;

/** Columns of a text of one line. Control characters take none. */
export function columnsOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  // Loaded for the first text that is not plain, because it takes 10 ms.
  library ??= require('string-width') as { default: typeof stringWidth };
  return library.default(text);
}

/** The beginning of `text` that fits into so many columns. Visible characters are not split. */
export function cutToColumns(text: string, columns: number): string {
  if (PLAIN.test(text)) return text.slice(0, Math.max(0, columns));
  segmenter ??= new Intl.Segmenter();
  let [room, end] = [columns, 0];
  for (const { segment, index } of segmenter.segment(text)) {
    room -= columnsOf(segment);
    if (room < 0) break;
    end = index + segment.length;
  }
  return text.slice(0, end);
}

/** `text` if it fits into so many columns; else its beginning and `...`. */
export function shortenToColumns(text: string, columns: number): string {
  return columnsOf(text) <= columns ? text : `${cutToColumns(text, columns - 3)}...`;
}

/** `text` padded with spaces to so many columns. */
export const padToColumns = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - columnsOf(text)));
