// This Google: resources in memory, and the failures that a test asks for.
import { isDeepStrictEqual } from 'node:util';
import { refusalOfDelete } from './deletion';
import { missingApi, missingReference, type Lookup } from './references';
import { answerOf, idOf, isShared } from './resources';
import type { Values } from './values';

export interface Failure {
  type: string;
  /** Google's words. */
  error: string;
  times?: number;
  call?: 'create' | 'update' | 'delete' | 'read';
  /** Whether Google has made it nevertheless: Terraform then makes it anew. Default: for a function whose build failed. */
  kept?: boolean;
  /** Part of the id, where one of several resources fails. */
  id?: string;
}

/** A refusal of Google's. */
export class GoogleError extends Error {
  /** What was made before it failed. */
  made?: Values;
}

export interface LittleGoogle {
  /** What exists, by type and id. */
  state(type?: string): Record<string, Record<string, Values>>;
  /** Makes something that Terraform has not made, such as an object in a bucket. */
  put(type: string, values: Values): void;
  remove(type: string, id: string): void;
  /** The next calls of this kind fail; without `times` one. */
  failNext(failure: Failure): void;
  create(type: string, planned: Values): Values;
  read(type: string, id: string): Values | undefined;
  update(type: string, id: string, planned: Values): Values;
  delete(type: string, id: string, known: Values): void;
  /** By its id, by the end of it, or by its name. */
  find(type: string, id: string): Values | undefined;
  /** Google's refusal where this API is off. */
  refusalOfApi(api: string): string | undefined;
  /** Calls that changed something, in their order. */
  changes: string[];
}

export function startLittleGoogle({
  projects,
  apis,
}: {
  projects: string[];
  apis: Set<string> | undefined;
}): LittleGoogle {
  const all = new Map<string, Map<string, Values>>();
  const failures: (Failure & { times: number })[] = [];
  const changes: string[] = [];
  let made = 0;
  const newId = (type: string, values: Values) => idOf(type, values, (made += 1));
  const ofType = (type: string) => {
    const known = all.get(type) ?? new Map<string, Values>();
    all.set(type, known);
    return known;
  };
  const lookup: Lookup = {
    projects,
    apis,
    has: (type, id) => all.get(type)?.has(id) === true,
    some: (type, test) => [...(all.get(type)?.values() ?? [])].some(test),
  };

  const askedFailure = (type: string, call: Failure['call'], id: string) => {
    const failure = failures.find(
      (one) => one.type === type && (one.call ?? 'create') === call && id.includes(one.id ?? ''),
    );
    if (!failure) return undefined;
    failure.times -= 1;
    if (failure.times <= 0) failures.splice(failures.indexOf(failure), 1);
    return failure;
  };
  const refuse = (sentence: string | undefined) => {
    if (sentence) throw new GoogleError(sentence);
  };

  return {
    changes,
    refusalOfApi: (api) => missingApi(api, lookup),
    state(type) {
      const chosen = [...all].filter(([name, some]) => some.size > 0 && (type === undefined || name === type));
      return structuredClone(Object.fromEntries(chosen.map(([name, some]) => [name, Object.fromEntries(some)])));
    },
    put(type, values) {
      const id = newId(type, values);
      ofType(type).set(id, answerOf(type, values, id));
    },
    remove: (type, id) => void ofType(type).delete(id),
    failNext: (failure) => void failures.push({ ...failure, times: failure.times ?? 1 }),
    create(type, planned) {
      const id = newId(type, planned);
      const failure = askedFailure(type, 'create', id);
      const isKept = failure && (failure.kept ?? isKeptBroken(type, failure.error));
      if (failure && !isKept) throw new GoogleError(failure.error);
      refuse(missingReference(type, planned, lookup));
      if (!isShared(type) && ofType(type).has(id)) {
        throw new GoogleError(`Error 409: ${id} already exists, alreadyExists`);
      }
      if (type === 'google_project_service') lookup.apis?.add(String(planned.service));
      const created = answerOf(type, planned, id);
      ofType(type).set(id, created);
      changes.push(`create ${type} ${id}`);
      if (failure) throw Object.assign(new GoogleError(failure.error), { made: created });
      return structuredClone(created);
    },
    read(type, id) {
      refuse(askedFailure(type, 'read', id)?.error);
      return structuredClone(ofType(type).get(id));
    },
    update(type, id, planned) {
      refuse(askedFailure(type, 'update', id)?.error);
      refuse(missingReference(type, planned, lookup));
      if (!ofType(type).has(id)) throw new GoogleError(`Error 404: ${id} was not found, notFound`);
      const changed = answerOf(type, planned, id);
      ofType(type).set(id, changed);
      changes.push(`update ${type} ${id}`);
      return structuredClone(changed);
    },
    delete(type, id, known) {
      const action = refusalOfDelete(type, known, lookup);
      if (action.keep) return;
      refuse(askedFailure(type, 'delete', id)?.error);
      refuse(action.refusal);
      for (const gone of action.with)
        ofType(gone.type).forEach((values, key) => gone.test(values) && ofType(gone.type).delete(key));
      ofType(type).delete(id);
      changes.push(`delete ${type} ${id}`);
    },
    find(type, id) {
      const some = ofType(type);
      const key =
        [...some.keys()].find((one) => one === id) ??
        [...some.keys()].find((one) => one.endsWith(`/${id}`) || isDeepStrictEqual(some.get(one)?.name, id));
      return key === undefined ? undefined : structuredClone(some.get(key));
    },
  };
}

/**
 * A function exists before it is built, and stays when the build fails; the provider then marks it as tainted. The call itself
 * was not refused, so that the error is the operation's, with a code of gRPC:
 * https://github.com/GoogleCloudPlatform/magic-modules/pull/8545
 */
const isKeptBroken = (type: string, error: string): boolean =>
  type === 'google_cloudfunctions2_function' && /^Error code \d+, message:/.test(error);
