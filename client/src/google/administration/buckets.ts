// Buckets of a project and small texts in them. https://cloud.google.com/storage/docs/json_api/v1
import { allPages, callFor, mapAnswer, orAbsent, removal } from './answers';
import type { Calls } from './call';
import type { Answer, Bucket, Buckets, StoredObject, StoredText } from './port';

interface WireBucket {
  name: string;
  projectNumber: string;
  location: string;
  labels: Record<string, string>;
  versioning: { enabled?: boolean };
  iamConfiguration: { uniformBucketLevelAccess?: { enabled?: boolean }; publicAccessPrevention?: string };
  metageneration: string;
}

interface WirePage {
  items: Partial<StoredObject>[];
  nextPageToken: string;
}

const SAFETY = {
  versioning: { enabled: true },
  iamConfiguration: { uniformBucketLevelAccess: { enabled: true }, publicAccessPrevention: 'enforced' },
};
const FIELDS = 'name,projectNumber,location,labels,versioning,iamConfiguration,metageneration';

export function bucketsOf(call: Calls, project: string): Buckets {
  const owner = `project=${encodeURIComponent(project)}`;
  const pathOf = (bucket: string): string => `/storage/v1/b/${encodeURIComponent(bucket)}`;
  const objectOf = (bucket: string, object: string): string => `${pathOf(bucket)}/o/${encodeURIComponent(object)}`;
  return {
    list() {
      const list = `/storage/v1/b?${owner}&fields=items(${FIELDS}),nextPageToken`;
      return allPages(call, 'storage', list, (page) => (page as { items?: Partial<WireBucket>[] }).items?.map(read));
    },
    async get(name) {
      return orAbsent(mapAnswer(await callFor<WireBucket>(call, 'storage', `${pathOf(name)}?fields=${FIELDS}`), read));
    },
    async insert({ name, location, labels }) {
      const options = { method: 'POST', body: { name, location, labels, ...SAFETY } } as const;
      return mapAnswer(await callFor<WireBucket>(call, 'storage', `/storage/v1/b?${owner}`, options), read);
    },
    async harden({ name, metageneration }) {
      const path = `${pathOf(name)}?ifMetagenerationMatch=${metageneration}`;
      return mapAnswer(await callFor<WireBucket>(call, 'storage', path, { method: 'PATCH', body: SAFETY }), read);
    },
    readText: (bucket, object) => readText(call, objectOf(bucket, object)),
    async writeText(bucket, object, text, generation) {
      const query = `uploadType=media&name=${encodeURIComponent(object)}&ifGenerationMatch=${generation}`;
      const answer = await callFor<{ generation: string }>(
        call,
        'storage',
        `/upload${pathOf(bucket)}/o?${query}`,
        // As bytes in a text: a library would send JSON again as it likes.
        { method: 'POST', body: text, headers: { 'content-type': 'application/json' } },
      );
      return mapAnswer(answer, (written) => written.generation ?? '');
    },
    async someObjects(bucket) {
      const path = `${pathOf(bucket)}/o?versions=true&fields=items(name,generation),nextPageToken`;
      for (let token = ''; ;) {
        const page = token === '' ? '' : `&pageToken=${encodeURIComponent(token)}`;
        const answer = await callFor<WirePage>(call, 'storage', `${path}${page}`);
        if (answer.refusal) return answer;
        const { items = [], nextPageToken = '' } = answer.value;
        // A page may be empty though others follow: https://cloud.google.com/storage/docs/json_api/v1/objects/list
        if (items.length > 0 || nextPageToken === '')
          return { value: items.map(({ name = '', generation = '' }) => ({ name, generation })) };
        token = nextPageToken;
      }
    },
    removeObject: (bucket, { name, generation }) =>
      removal(call, 'storage', `${objectOf(bucket, name)}?generation=${generation}`),
    remove: (bucket) => removal(call, 'storage', pathOf(bucket)),
  };
}

/** The generation first, then the text of exactly that generation. */
async function readText(call: Calls, path: string): Promise<Answer<StoredText | undefined>> {
  const known = orAbsent(await callFor<{ generation: string }>(call, 'storage', `${path}?fields=generation`));
  if (known.refusal || known.value === undefined) return known as Answer<undefined>;
  const generation = known.value.generation ?? '';
  const answer = await call('storage', `${path}?alt=media&generation=${generation}`, { isText: true });
  return orAbsent(mapAnswer(answer, (text) => ({ text: String(text), generation })));
}

const read = (wire: Partial<WireBucket>): Bucket => ({
  ...{ name: wire.name ?? '', projectNumber: wire.projectNumber ?? '', location: wire.location ?? '' },
  labels: wire.labels ?? {},
  isVersioned: wire.versioning?.enabled === true,
  hasUniformAccess: wire.iamConfiguration?.uniformBucketLevelAccess?.enabled === true,
  isPrivate: wire.iamConfiguration?.publicAccessPrevention === 'enforced',
  metageneration: wire.metageneration ?? '0',
});
