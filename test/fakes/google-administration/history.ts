// Documents of Firestore, as far as `deploy --destroy` looks at them: runs and builds of images that live, and instances.
import { refuse } from './refusals';
import { bodyOf, requireProject, type Route } from './route';

interface Query {
  select: unknown;
  from: { collectionId: string }[];
  where?: { fieldFilter: { field: { fieldPath: string }; op: string; value: { booleanValue?: boolean } } };
  orderBy: unknown;
  limit: number;
  startAt?: { values: { referenceValue: string }[]; before: boolean };
}

interface Stored {
  live: boolean;
  status: string;
  uid?: string;
}

/** `live == true`, or all. */
const isKnown = (where: Query['where']): boolean => {
  if (!where) return true;
  const { field, op, value } = where.fieldFilter;
  return field.fieldPath === 'live' && op === 'EQUAL' && value.booleanValue === true;
};

export const history: readonly Route[] = [
  {
    ...{ method: 'GET', path: /^\/v1\/projects\/([^/:]+)\/databases\/([^/:]+)\/documents\/deployment\/settings$/ },
    answer(call, name = '', id = '') {
      requireProject(call, name, 'datastore.entities.get');
      if (!call.google.settings.has(id)) throw refuse(404, 'Document "deployment/settings" not found.');
      return { name: `projects/${name}/databases/${id}/documents/deployment/settings`, fields: {} };
    },
  },
  {
    ...{ method: 'POST', path: /^\/v1\/projects\/([^/:]+)\/databases\/([^/:]+)\/documents:runQuery$/ },
    answer(call, name = '', id = '') {
      requireProject(call, name, 'datastore.entities.list');
      const { databases, runs, builds, instances } = call.google;
      if (!databases[id]) throw refuse(404, `The database ${id} does not exist for project ${name}`);
      const { structuredQuery } = bodyOf<{ structuredQuery: Query }>(call, ['structuredQuery']);
      if (!structuredQuery) throw refuse(400, 'No query.');
      const { from, where, limit, startAt } = structuredQuery;
      const collection = from[0]?.collectionId ?? '';
      const documents = new Map<string, Record<string, Stored>>(Object.entries({ runs, images: builds, instances }));
      const found = documents.get(collection);
      if (found === undefined || !isKnown(where)) throw refuse(400, 'The stand-in does not know this query.');
      const root = `projects/${name}/databases/${id}/documents/${collection}/`;
      const after = startAt?.values[0]?.referenceValue ?? '';
      const page = Object.entries(found)
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .filter(([document, { live }]) => (live || !where) && `${root}${document}` > after)
        .slice(0, limit);
      const readTime = '2026-01-01T00:00:00Z';
      if (page.length === 0) return [{ readTime }];
      return page.map(([document, { status, uid }]) => ({
        ...{
          document: {
            name: `${root}${document}`,
            fields: { status: { stringValue: status }, ...(uid !== undefined && { uid: { stringValue: uid } }) },
          },
          readTime,
        },
      }));
    },
  },
];
