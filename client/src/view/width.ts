// How many columns of a terminal a text takes, and cuts that leave no character in halves.
import type stringWidth from 'string-width';

/** The usual text: each letter is a column. */
const PLAIN = /^[ -~]*$/;

let library: { default: typeof stringWidth } | undefined;
let segmenter: Intl.Segmenter | undefined;

/** Columns of a text of one line. Control characters take none. */
export function columnsOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  // The first text that is not plain loads it: that takes 10 ms.
  library ??= require('string-width') as { default: typeof stringWidth };
  return library.default(text);
}

/** The beginning of `text` that has room in so many columns; a character as the reader sees it is whole or left out. */
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

/** `text` where it has room in so many columns; else its beginning and `...`. */
export function shortenToColumns(text: string, columns: number): string {
  return columnsOf(text) <= columns ? text : `${cutToColumns(text, columns - 3)}...`;
}

/** With blanks behind it, up to so many columns. */
export const padToColumns = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - columnsOf(text)));
