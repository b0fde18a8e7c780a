// Values in one form, so that two servers' can be compared.

/** Maps have no order, and an absent default is the default. */
export function canonical(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(canonical);
  const entries = Object.entries(value).map(([name, inner]): [string, unknown] => [name, canonical(inner)]);
  const defaults = entries.map(([name, inner]): [string, unknown] => {
    if (name === 'timestampValue') return [name, { seconds: '0', nanos: 0, ...(inner as object) }];
    if (name === 'geoPointValue') return [name, { latitude: 0, longitude: 0, ...(inner as object) }];
    if (name === 'arrayValue') return [name, { values: [], ...(inner as object) }];
    if (name === 'mapValue') return [name, { fields: {}, ...(inner as object) }];
    return [name, inner];
  });
  return Object.fromEntries(defaults.toSorted(([left], [right]) => (left < right ? -1 : 1)));
}
