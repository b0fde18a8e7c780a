// Lists in pages: filter, maxResults, pageToken. A token names the last resource of its page, not a position: a resource that
// vanishes between two pages hides no other.
import { HttpError } from '../shared/http';
import { parseFilter } from './filter';

export interface PageItem {
  /** Position in the list: unique, and sorted by. */
  key: string;
  zone: string;
  resource: object;
}

export interface ResourcePage {
  listed: PageItem[];
  nextPageToken?: string;
}

const LARGEST_PAGE = 500;

/** @throws HttpError 400 for a filter, size or token that is not valid. */
export function resourcePageOf(all: PageItem[], url: URL): ResourcePage {
  const { searchParams } = url;
  if (searchParams.get('orderBy')) throw invalidParameter('orderBy', searchParams.get('orderBy'));
  const size = Number(searchParams.get('maxResults') ?? LARGEST_PAGE);
  if (!Number.isInteger(size) || size < 0 || size > LARGEST_PAGE) {
    throw invalidParameter('maxResults', searchParams.get('maxResults'));
  }
  const holds = parseFilter(searchParams.get('filter') ?? '');
  const after = keyIn(searchParams.get('pageToken'));
  const rest = all
    .filter(({ key, resource }) => (after === null || key > after) && holds(resource))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const listed = rest.slice(0, size === 0 ? LARGEST_PAGE : size);
  const last = listed.at(-1);
  return { listed, nextPageToken: last && rest.length > listed.length ? tokenFor(last.key) : undefined };
}

/** The `items` of an aggregated list: every zone has an entry, with a warning where it has nothing on this page or is down. */
export function itemsByZone(
  page: ResourcePage,
  zones: readonly string[],
  { collection, down }: { collection: string; down: readonly string[] },
): Record<string, object> {
  return Object.fromEntries(
    zones.map((zone) => {
      const resources = page.listed.filter((each) => each.zone === zone).map((each) => each.resource);
      if (down.includes(zone)) return [`zones/${zone}`, { warning: unreachable(zone) }];
      return [`zones/${zone}`, resources.length > 0 ? { [collection]: resources } : { warning: nothingIn(zone) }];
    }),
  );
}

const unreachable = (zone: string): object => ({
  code: 'UNREACHABLE',
  message: `The zone '${zone}' did not answer.`,
  data: [{ key: 'scope', value: `zones/${zone}` }],
});

function nothingIn(zone: string): object {
  return {
    code: 'NO_RESULTS_ON_PAGE',
    message: 'There are no results for scope on this page.',
    data: [{ key: 'scope', value: `zones/${zone}` }],
  };
}

const tokenFor = (key: string): string => Buffer.from(`after ${key}`).toString('base64url');

function keyIn(token: string | null): string | null {
  if (token === null || token === '') return null;
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (!text.startsWith('after ')) throw invalidParameter('pageToken', token);
  return text.slice('after '.length);
}

function invalidParameter(name: string, value: string | null): HttpError {
  return new HttpError(400, 'invalid', `Invalid value for field '${name}': '${value}'.`);
}
