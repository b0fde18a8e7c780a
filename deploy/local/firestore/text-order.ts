// The order of text in Firestore: by UTF-8 bytes.

/**
 * Compares by UTF-8 bytes without encoding. JavaScript compares UTF-16 units, which differs in one case only: a surrogate
 * (half of a character beyond U+FFFF) comes after every other unit.
 */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  let at = 0;
  while (at < length && left.charCodeAt(at) === right.charCodeAt(at)) at += 1;
  if (at === length) return left.length - right.length;
  const [a, b] = [left.charCodeAt(at), right.charCodeAt(at)];
  if (isSurrogate(a) !== isSurrogate(b)) return isSurrogate(a) ? 1 : -1;
  return a - b;
}

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;

/** Compares slash-separated paths segment by segment: `a/b` comes before `a!/b`. */
export function comparePaths(left: string, right: string): number {
  if (left === right) return 0;
  const [a, b] = [left.split('/'), right.split('/')];
  for (let at = 0; at < a.length && at < b.length; at += 1) {
    const order = compareText(a[at] ?? '', b[at] ?? '');
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
