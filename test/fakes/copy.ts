/**
 * What goes over a wire arrives as a copy. Nearly all of it is plain data, which this copies faster than structuredClone.
 * What is frozen through and through nobody can change, so that it needs no copy.
 */
export function copyOf<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (Array.isArray(value)) return value.map(copyOf) as T;
  if (Object.getPrototypeOf(value) !== Object.prototype) return structuredClone(value);
  const copy: Record<string, unknown> = {};
  for (const key in value) copy[key] = copyOf(value[key]);
  return copy as T;
}

/**
 * A copy of plain data to keep, which is given out as it is, time and again. Parts that are one already are taken as they are.
 * Like Firestore, it takes no text with half a character.
 */
export function frozenCopyOf<T>(value: T): T {
  if (typeof value === 'string') refuseHalves(value);
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (Array.isArray(value)) return Object.freeze(value.map(frozenCopyOf)) as T;
  const copy: Record<string, unknown> = {};
  for (const key in value) {
    refuseHalves(key);
    copy[key] = frozenCopyOf(value[key]);
  }
  return Object.freeze(copy) as T;
}

function refuseHalves(text: string): void {
  if (!text.isWellFormed()) throw new Error(`Firestore takes no text that is not UTF-8: ${JSON.stringify(text)}`);
}

/** Whether plain data are alike through and through. */
export function isSameData(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (!isContainer(one) || !isContainer(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isSameData(one[key], other[key]))
  );
}

const isContainer = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
