// Lists in pages: a token names the last item of its page, so that what comes or goes between two pages hides nothing else.

/** Calls `page` with the name of the last item of each page, until one is not full. */
export async function* inPages<T>(
  size: number,
  nameOf: (item: T) => string,
  page: (after: string | undefined) => Promise<T[]>,
): AsyncGenerator<T> {
  let after: string | undefined;
  for (;;) {
    const items = await page(after);
    yield* items;
    const last = items.at(-1);
    if (last === undefined || items.length < size) return;
    after = nameOf(last);
  }
}

/** The page that follows the item of that name, by name; all in their own order, where a page has room for them. */
export function pageAfter<T>(
  all: readonly T[],
  nameOf: (item: T) => string,
  { size, after }: { size: number; after: string | undefined },
): T[] {
  if (size === Infinity) return [...all];
  const rest = all.filter((item) => after === undefined || nameOf(item) > after);
  return rest.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)).slice(0, size);
}
