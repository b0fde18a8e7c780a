// Buckets of Cloud Storage: named in the whole world, changed under a condition. https://cloud.google.com/storage/docs/json_api/v1
import { refuseOld, type Refused } from './refusals';
import { bodyOf, hasPermission, pageOf, type Call, type Route } from './route';
import { bucketOf, type FakeBucket } from './state';

type Settings = Pick<FakeBucket, 'name' | 'location' | 'labels' | 'versioning' | 'iamConfiguration'>;

export const buckets: readonly Route[] = [
  {
    ...{
      method: 'GET',
      path: /^\/storage\/v1\/b$/,
      query: ['project', 'pageToken', 'maxResults', 'prefix', 'projection'],
    },
    answer(call) {
      requireOwner(call, 'storage.buckets.list');
      const { project, buckets: all } = call.google;
      const own = [...all.values()].filter(({ projectNumber }) => projectNumber === project.number);
      const { page, ...next } = pageOf(
        call,
        own.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      );
      return { kind: 'storage#buckets', ...(page.length > 0 && { items: page.map(shown) }), ...next };
    },
  },
  {
    ...{ method: 'POST', path: /^\/storage\/v1\/b$/, query: ['project'] },
    answer(call) {
      requireOwner(call, 'storage.buckets.create');
      const { google } = call;
      const { name = '', ...settings } = checked(call, ['name', 'location']);
      if (!/^[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]$/.test(name))
        throw refuseOld(400, `Invalid bucket name: '${name}'`, 'invalid');
      requireFree(call, name);
      if (!google.hasBilling) {
        throw refuseOld(
          403,
          'The billing account for the owning project is disabled in state absent',
          'accountDisabled',
        );
      }
      const made = bucketOf({ name, ...settings }, google.project.number, google.nextNumber);
      made.location = made.location.toUpperCase();
      google.buckets.set(name, made);
      return shown(made);
    },
  },
  {
    ...{ method: 'GET', path: /^\/storage\/v1\/b\/([^/]+)$/, query: ['projection', 'ifMetagenerationMatch'] },
    answer: (call, name = '') => shown(bucketFor(call, name, 'storage.buckets.get')),
  },
  {
    ...{ method: 'PATCH', path: /^\/storage\/v1\/b\/([^/]+)$/, query: ['projection', 'ifMetagenerationMatch'] },
    answer(call, name = '') {
      const bucket = bucketFor(call, name, 'storage.buckets.update');
      const { labels, ...changes } = checked(call, []);
      requireMatch(call, 'ifMetagenerationMatch', bucket.metageneration);
      Object.assign(bucket, changes, labels && { labels: { ...bucket.labels, ...labels } });
      bucket.metageneration = String(Number(bucket.metageneration) + 1);
      return shown(bucket);
    },
  },
  {
    ...{ method: 'DELETE', path: /^\/storage\/v1\/b\/([^/]+)$/, query: ['ifMetagenerationMatch'] },
    answer(call, name = '') {
      const bucket = bucketFor(call, name, 'storage.buckets.delete');
      if (bucket.objects.size > 0) throw refuseOld(409, 'The bucket you tried to delete is not empty.', 'conflict');
      call.google.buckets.delete(name);
      return {};
    },
  },
];

/** As Google shows it: without what is empty. */
function shown({ name, projectNumber, location, labels, ...rest }: FakeBucket): object {
  const { versioning, iamConfiguration, metageneration } = rest;
  return {
    ...{ kind: 'storage#bucket', id: name, storageClass: 'STANDARD' },
    ...{ name, projectNumber, location, iamConfiguration, metageneration },
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(versioning.enabled && { versioning }),
  };
}

/** Settings that this stand-in knows, each in Google's form. */
function checked(call: Call, more: readonly string[]): Partial<Settings> {
  const body = bodyOf<Settings>(call, [...more, 'labels', 'versioning', 'iamConfiguration']);
  for (const [key, value] of Object.entries(body.labels ?? {})) {
    // https://cloud.google.com/storage/docs/tags-and-labels#bucket-labels
    if (!/^[a-z][a-z0-9_-]{0,62}$/.test(key) || !/^[a-z0-9_-]{0,63}$/.test(value)) {
      throw refuseOld(400, `Invalid label: '${key}=${value}'`, 'invalid');
    }
  }
  const { publicAccessPrevention = 'inherited', uniformBucketLevelAccess } = body.iamConfiguration ?? {};
  if (!['inherited', 'enforced'].includes(publicAccessPrevention)) {
    throw refuseOld(400, `Invalid argument: publicAccessPrevention '${publicAccessPrevention}'`, 'invalid');
  }
  for (const one of [body.versioning, uniformBucketLevelAccess]) {
    if (one && typeof one.enabled !== 'boolean') throw refuseOld(400, 'Invalid value: enabled', 'invalid');
  }
  return body;
}

function requireOwner(call: Call, permission: string): void {
  const named = call.query.get('project') ?? '';
  if (named === '') throw refuseOld(400, 'Required parameter: project', 'required');
  const { id, number } = call.google.project;
  if (named !== id && named !== number) throw refuseOld(400, `Unknown project id: ${named}`, 'invalid');
  if (!hasPermission(call.google, permission)) throw denied(call, permission, 'Google Cloud project');
}

const denied = ({ caller }: Call, permission: string, place: string): Refused =>
  refuseOld(
    403,
    `${caller} does not have ${permission} access to the ${place}. Permission '${permission}' denied on resource (or it may not exist).`,
    'forbidden',
  );

function requireFree({ google }: Call, name: string): void {
  const taken = google.buckets.get(name);
  if (!taken) return;
  const isOwn = taken.projectNumber === google.project.number;
  const message = isOwn
    ? 'Your previous request to create the named bucket succeeded and you already own it.'
    : 'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.';
  throw refuseOld(409, message, 'conflict');
}

/** Throws Refused for a bucket that does not exist, or that the caller may not use so. */
export function bucketFor(call: Call, name: string, permission: string): FakeBucket {
  const found = call.google.buckets.get(name);
  if (!found) throw refuseOld(404, 'The specified bucket does not exist.', 'notFound');
  const isOwn = found.projectNumber === call.google.project.number;
  if (isOwn ? hasPermission(call.google, permission) : found.isVisible) return found;
  throw denied(call, permission, 'Google Cloud Storage bucket');
}

/** https://cloud.google.com/storage/docs/request-preconditions */
export function requireMatch({ query }: Call, parameter: string, actual: string): void {
  const wanted = query.get(parameter);
  if (wanted === null || wanted === actual) return;
  throw refuseOld(412, 'At least one of the pre-conditions you specified did not hold.', 'conditionNotMet');
}
