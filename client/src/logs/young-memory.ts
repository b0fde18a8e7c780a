// Memory for what lives shortly, as the pieces of a log do.
import { setFlagsFromString } from 'node:v8';

/**
 * V8 doubles the room for new objects whenever some of them are still in use when it is full, up to 48 MB that it never needs
 * here; and until it is full, the memory of pieces that were printed is not given back. May be called twice.
 */
export function keepYoungMemorySmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
