// A number with its noun, for people.

/** `1 file`, `0 files`, `3 boxes`. `many` where the plural is not made with an s. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
