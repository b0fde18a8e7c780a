// Limits the memory for short-lived objects, such as the pieces of a log.
import { setFlagsFromString } from 'node:v8';

/**
 * V8 doubles the space for new objects, up to 48 MB, whenever it is full and some of them are still in use; the memory of
 * printed pieces is not freed before it is full. So it is kept at its first size. May be called twice.
 */
export function keepYoungMemorySmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
