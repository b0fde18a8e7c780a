// Partial answers: only the fields that a call names. https://cloud.google.com/storage/docs/json_api#partial-response

type Mask = Map<string, Mask | undefined>;

/** `mask` is such as items(name,quotas),nextPageToken. */
export const onlyFields = (value: object, mask: string | null): object =>
  mask === null ? value : pick(value, maskOf(mask));

function maskOf(text: string): Mask {
  const mask: Mask = new Map();
  for (const [, name = '', inner] of text.matchAll(/([A-Za-z]+)(?:\(([^()]*)\))?(?:,|$)/g)) {
    mask.set(name, inner === undefined ? undefined : maskOf(inner));
  }
  return mask;
}

function pick(value: object, mask: Mask): object {
  if (Array.isArray(value)) return value.map((one: object) => pick(one, mask));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => mask.has(key))
      .map(([key, inner]: [string, unknown]) => {
        const below = mask.get(key);
        return [key, below && typeof inner === 'object' && inner !== null ? pick(inner, below) : inner];
      }),
  );
}
