// A page of a bucket's listing: names in byte order. Names with a delimiter after the prefix are folded into prefixes.
import { HttpError } from '../shared/http';
import { compareNames } from './names';

export interface PageRequest {
  prefix: string;
  delimiter: string;
  maxResults: number;
  pageToken: string | null;
  /** Names before it are not shown. */
  startOffset: string;
}

export interface ListingPage {
  names: string[];
  prefixes: string[];
  nextPageToken?: string;
}

/** A page of `sorted`. The token is the last name or prefix of the page before, so that changes in between shift nothing. */
export function listingPageOf(
  sorted: readonly string[],
  { prefix, delimiter, maxResults, pageToken, startOffset }: PageRequest,
): ListingPage {
  const page: ListingPage = { names: [], prefixes: [] };
  const after = pageToken === null ? null : decodeToken(pageToken);
  const first = compareNames(prefix, startOffset) < 0 ? startOffset : prefix;
  let last = after;
  for (let at = firstAtLeast(sorted, after ?? first); at < sorted.length; at += 1) {
    const name = sorted[at] ?? '';
    if (!name.startsWith(prefix)) break;
    const cut = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length);
    const shown = cut === -1 ? name : name.slice(0, cut + delimiter.length);
    if (shown === last || (after !== null && compareNames(shown, after) <= 0)) continue;
    if (page.names.length + page.prefixes.length === maxResults) {
      return { ...page, nextPageToken: Buffer.from(last ?? '', 'utf8').toString('base64url') };
    }
    (cut === -1 ? page.names : page.prefixes).push(shown);
    last = shown;
  }
  return page;
}

function decodeToken(token: string): string {
  if (!/^[A-Za-z0-9_-]+$/.test(token)) throw new HttpError(400, 'invalid', 'not a page token');
  return Buffer.from(token, 'base64url').toString('utf8');
}

/** Index of the first name that is not before `bound`. */
function firstAtLeast(sorted: readonly string[], bound: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareNames(sorted[middle] ?? '', bound) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
