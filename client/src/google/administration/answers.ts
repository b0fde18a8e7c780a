// Parts that the services' answers have in common: pages, refusals, and things that do not exist.
import type { Calls, CallOptions } from './call';
import type { Service } from './options';
import type { Answer } from './port';

/** The same refusal, or what `read` makes of the answer. */
export function mapAnswer<T, U>(answer: Answer<T>, read: (value: T) => U): Answer<U> {
  return answer.refusal ? { refusal: answer.refusal } : { value: read(answer.value) };
}

/** Undefined for a thing that does not exist. */
export function orAbsent<T>(answer: Answer<T>): Answer<T | undefined> {
  return answer.refusal?.status === 404 ? { value: undefined } : answer;
}

/** An answer's JSON, with its fields still to be read. Google leaves out what is empty or false. */
export async function callFor<T>(
  call: Calls,
  service: Service,
  path: string,
  options?: CallOptions,
): Promise<Answer<Partial<T>>> {
  return mapAnswer(await call(service, path, options), (value) => (value ?? {}) as Partial<T>);
}

/** All pages of a list. `path` has a query. */
export async function allPages<T>(
  call: Calls,
  service: Service,
  path: string,
  itemsOf: (page: object) => T[] | undefined,
): Promise<Answer<T[]>> {
  const found: T[] = [];
  for (let token = ''; ;) {
    const page = token === '' ? '' : `&pageToken=${encodeURIComponent(token)}`;
    const answer = await callFor<{ nextPageToken: string }>(call, service, `${path}${page}`);
    if (answer.refusal) return answer;
    found.push(...(itemsOf(answer.value) ?? []));
    token = answer.value.nextPageToken ?? '';
    if (token === '') return { value: found };
  }
}

/** Deletes it, or its deletion has begun. One that is gone is deleted. May be called twice. */
export async function removal(call: Calls, service: Service, path: string): Promise<Answer<void>> {
  const answer = orAbsent(await call(service, path, { method: 'DELETE', isRepeatable: true }));
  return mapAnswer(answer, () => undefined);
}
