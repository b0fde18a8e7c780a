// Columns of text.
import { columnsOf, padToColumns } from './width';

/** Rows of cells under a header, in columns two spaces apart. The last column is not padded. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => columnsOf(row[column] ?? ''))));
  return all
    .map((row) =>
      row.map((cell, column) => (column === row.length - 1 ? cell : padToColumns(cell, widths[column] ?? 0))),
    )
    .map((row) => `${row.join('  ').trimEnd()}\n`)
    .join('');
}
