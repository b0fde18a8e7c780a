// Sizes for display, in the units of bills and disks: a kB is 1,000 bytes, an MB 1,000,000.
import { counted } from '@mymlops/protocol';

export const KB = 1e3;
export const MB = 1e6;
export const GB = 1e9;

const UNITS = ['kB', 'MB', 'GB', 'TB'];

/** `0 bytes`, `1 byte`, `65.5 kB`, `12 MB`. A value that rounds to 1000 gets the next unit. */
export function sizeText(bytes: number): string {
  if (bytes < KB) return counted(bytes, 'byte');
  let value = bytes / KB;
  let unit = 0;
  while (value >= 999.95 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${Number(value.toFixed(1))} ${UNITS[unit]}`;
}
