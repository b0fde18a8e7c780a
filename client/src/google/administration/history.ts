// Reads which work of a deployment lives, from its database: runs and builds of images that have not come to their end, and interactive instances.
// The client's own reader signs in otherwise: as who uses a deployment, and not as who makes and removes it.
import { DEPLOYMENT_SETTINGS, IMAGES, INSTANCES, RUNS } from '@mymlops/protocol';
import { mapAnswer } from './answers';
import type { Calls } from './call';
import type { Answer, History } from './port';

const PAGE = 300;

type Fields = Record<string, { stringValue?: string } | undefined>;

interface Found {
  document?: { name: string; fields?: Fields };
}

interface Asked {
  collectionId: string;
  /** Those of the document that are read. */
  fields: readonly string[];
  /** Those alone that are live. */
  isLive: boolean;
}

/** One that is deleted, or has failed before it had a disk, is nothing but its document. */
const HAS_NOTHING: readonly string[] = ['deleted', 'failed'];

export function historyOf(call: Calls, project: string): History {
  return {
    liveRuns: async (database) =>
      mapAnswer(await all(database, { collectionId: RUNS, fields: ['status'], isLive: true }), (found) =>
        found.map(({ id, status }) => ({ run: id, status })),
      ),
    liveBuilds: async (database) =>
      mapAnswer(await all(database, { collectionId: IMAGES, fields: ['status'], isLive: true }), (found) =>
        found.map(({ id, status }) => ({ build: id, status })),
      ),
    async instances(database) {
      const asked = { collectionId: INSTANCES, fields: ['status', 'uid'], isLive: false };
      return mapAnswer(await all(database, asked), (found) =>
        found
          .filter(({ status }) => !HAS_NOTHING.includes(status))
          .map(({ id, status, values }) => ({ name: id, uid: values['uid']?.stringValue ?? '', status })),
      );
    },
    // https://cloud.google.com/firestore/docs/reference/rest/v1/projects.databases.documents/get
    async hasSettings(database) {
      const path = `/v1/projects/${project}/databases/${database}/documents/${DEPLOYMENT_SETTINGS}`;
      const answer = await call('firestore', path);
      if (answer.refusal?.status === 404) return { value: false };
      return mapAnswer(answer, () => true);
    },
  };

  async function all(
    database: string,
    asked: Asked,
  ): Promise<Answer<{ id: string; status: string; values: Fields }[]>> {
    const root = `projects/${project}/databases/${database}/documents`;
    const found: { id: string; status: string; values: Fields }[] = [];
    let last: string | undefined;
    for (;;) {
      const page = await pageAfter(last, root, asked);
      if (page.refusal) return page;
      found.push(
        ...page.value.map(({ name, fields = {} }) => {
          return { id: idOf(name), status: fields['status']?.stringValue ?? '', values: fields };
        }),
      );
      last = page.value.at(-1)?.name;
      if (page.value.length < PAGE) return { value: found };
    }
  }

  /** https://cloud.google.com/firestore/docs/reference/rest/v1/projects.databases.documents/runQuery */
  async function pageAfter(
    name: string | undefined,
    root: string,
    { collectionId, fields, isLive }: Asked,
  ): Promise<Answer<NonNullable<Found['document']>[]>> {
    const structuredQuery = {
      select: { fields: fields.map((fieldPath) => ({ fieldPath })) },
      from: [{ collectionId }],
      ...(isLive && {
        where: { fieldFilter: { field: { fieldPath: 'live' }, op: 'EQUAL', value: { booleanValue: true } } },
      }),
      orderBy: [{ field: { fieldPath: '__name__' }, direction: 'ASCENDING' }],
      limit: PAGE,
      ...(name !== undefined && { startAt: { values: [{ referenceValue: name }], before: false } }),
    };
    const path = `/v1/${root.split('/').map(encodeURIComponent).join('/')}:runQuery`;
    const answer = await call('firestore', path, { method: 'POST', body: { structuredQuery }, isRepeatable: true });
    // An answer may also hold nothing but the time of reading.
    return mapAnswer(answer, (rows) => (rows as Found[]).flatMap(({ document }) => document ?? []));
  }
}

const idOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
