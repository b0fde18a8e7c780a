// Runs and builds of images that have not come to their end, in the database of a deployment. The client's own reader signs in otherwise: as who uses
// a deployment, and not as who makes and removes it.
import { DEPLOYMENT_SETTINGS, IMAGES, RUNS } from '@mymlops/protocol';
import { mapAnswer } from './answers';
import type { Calls } from './call';
import type { Answer, History } from './port';

const PAGE = 300;

interface Found {
  document?: { name: string; fields?: { status?: { stringValue?: string } } };
}

export function historyOf(call: Calls, project: string): History {
  return {
    liveRuns: (database) => liveIn(RUNS, database, (run, status) => ({ run, status })),
    liveBuilds: (database) => liveIn(IMAGES, database, (build, status) => ({ build, status })),
    // https://cloud.google.com/firestore/docs/reference/rest/v1/projects.databases.documents/get
    async hasSettings(database) {
      const path = `/v1/projects/${project}/databases/${database}/documents/${DEPLOYMENT_SETTINGS}`;
      const answer = await call('firestore', path);
      if (answer.refusal?.status === 404) return { value: false };
      return mapAnswer(answer, () => true);
    },
  };

  async function liveIn<T>(
    collectionId: string,
    database: string,
    read: (id: string, status: string) => T,
  ): Promise<Answer<T[]>> {
    const root = `projects/${project}/databases/${database}/documents`;
    const found: T[] = [];
    let last: string | undefined;
    for (;;) {
      const page = await pageAfter(last, { root, collectionId });
      if (page.refusal) return page;
      found.push(...page.value.map(({ name, fields }) => read(idOf(name), fields?.status?.stringValue ?? '')));
      last = page.value.at(-1)?.name;
      if (page.value.length < PAGE) return { value: found };
    }
  }

  /** https://cloud.google.com/firestore/docs/reference/rest/v1/projects.databases.documents/runQuery */
  async function pageAfter(
    name: string | undefined,
    { root, collectionId }: { root: string; collectionId: string },
  ): Promise<Answer<NonNullable<Found['document']>[]>> {
    const structuredQuery = {
      select: { fields: [{ fieldPath: 'status' }] },
      from: [{ collectionId }],
      where: { fieldFilter: { field: { fieldPath: 'live' }, op: 'EQUAL', value: { booleanValue: true } } },
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
