// How many columns of a terminal a text takes.

/** Letters that lie on the one before them. */
const WITHOUT_WIDTH = /[\p{M}\p{Cf}]/u;
/** East Asian letters and pictures take two columns; the ranges are those of Unicode's EastAsianWidth.txt, roughly. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

const widthOf = (letter: string): number => (WITHOUT_WIDTH.test(letter) ? 0 : WIDE.test(letter) ? 2 : 1);

/** The beginning of `text` that has room in so many columns. */
export function cutToColumns(text: string, columns: number): string {
  let [room, cut] = [columns, ''];
  for (const letter of text) {
    room -= widthOf(letter);
    if (room < 0) break;
    cut += letter;
  }
  return cut;
}
