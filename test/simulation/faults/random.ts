// Chance from a seed: the same label gets the same number, whatever else happens, so that leaving a fault out of a history
// leaves the rest of it as it was.

export interface Random {
  /** From 0 up to 1. */
  number(label: string): number;
  /** A whole number from `least` to `most`. */
  between(label: string, least: number, most: number): number;
  chance(label: string, probability: number): boolean;
  pick<T>(label: string, from: readonly [T, ...T[]]): T;
}

export function createRandom(seed: number): Random {
  const begun = hashed(`${seed}/`, 0x811c9dc5);
  const number = (label: string): number => spread(hashed(label, begun)) / 2 ** 32;
  const between = (label: string, least: number, most: number): number =>
    least + Math.floor(number(label) * (most - least + 1));
  return {
    number,
    between,
    chance: (label, probability) => number(label) < probability,
    pick: (label, from) => from[between(label, 0, from.length - 1)] ?? from[0],
  };
}

/** FNV-1a of what came before, which has made it `begun`, and `text`. */
function hashed(text: string, begun: number): number {
  let value = begun;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value;
}

/** Spreads short labels over all bits. */
function spread(hash: number): number {
  let value = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
