/**
 * A deep copy in which every text has others in place of those that `replacement` names. What holds none of them is not
 * copied but shared: a hundred thousand copies of a run differ in a few words.
 */
export function copyOf<T>(value: T, replacement: Readonly<Record<string, string>>): T {
  return copied(value, Object.entries(replacement)) as T;
}

function copied(value: unknown, pairs: readonly [string, string][]): unknown {
  if (typeof value === 'string') return pairs.reduce((text, [from, to]) => text.replaceAll(from, to), value);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  const fields: Record<string, unknown> = {};
  let isSame = true;
  for (const [key, inner] of Object.entries(value)) {
    const [newKey, newInner] = [copied(key, pairs) as string, copied(inner, pairs)];
    fields[newKey] = newInner;
    isSame &&= key === newKey && inner === newInner;
  }
  if (isSame) return value;
  return Array.isArray(value) ? Object.values(fields) : fields;
}
