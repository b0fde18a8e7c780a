// The calls of Secret Manager's REST API (https://cloud.google.com/secret-manager/docs/reference/rest); index.ts finds the route.
import type { Clock } from '../shared/clock';
import { checksumOf, invalid, payloadIn } from './payload';
import type { SecretCall, SecretPath } from './permissions';
import type { Secret, SecretStore } from './store';

const SECRET_ID = /^[A-Za-z0-9_-]{1,255}$/;
const MOST_ON_PAGE = 25_000;

export interface Call extends SecretPath {
  query: URLSearchParams;
  body: Record<string, unknown>;
}

export interface Route {
  /** Its query parameters, besides those of every call. */
  parameters: readonly string[];
  run(call: Call): unknown;
}

export function createSecretRoutes(store: SecretStore, clock: Clock): Record<SecretCall, Route> {
  return {
    'POST /v1/projects/P/secrets': {
      parameters: ['secretId'],
      run({ project, query, body }) {
        const id = query.get('secretId') ?? '';
        if (!SECRET_ID.test(id)) throw invalid(`Secret id [${id}] is not valid: it must match [a-zA-Z0-9_-]{1,255}.`);
        const { replication, labels = {} } = body as {
          replication?: { automatic?: object };
          labels?: Secret['labels'];
        };
        if (replication?.automatic === undefined) throw invalid('The field replication must be set to automatic.');
        const secret = { project, id, labels, createTime: new Date(clock.now()).toISOString() };
        store.create(secret);
        return resourceOf(secret);
      },
    },
    'GET /v1/projects/P/secrets': {
      parameters: ['pageSize', 'pageToken'],
      run({ project, query }) {
        const size = Number(query.get('pageSize') ?? MOST_ON_PAGE);
        if (!Number.isInteger(size) || size < 1) throw invalid('pageSize must be a positive number.');
        const all = store.list(project);
        const after = query.get('pageToken') ?? '';
        const rest = all.filter(({ id }) => id > after);
        const page = rest.slice(0, size);
        return {
          ...(page.length > 0 && { secrets: page.map(resourceOf) }),
          ...(rest.length > size && { nextPageToken: page.at(-1)?.id }),
          totalSize: all.length,
        };
      },
    },
    'DELETE /v1/projects/P/secrets/S': {
      parameters: [],
      run({ project, secret }) {
        store.remove(project, secret);
        return {};
      },
    },
    'POST /v1/projects/P/secrets/S:addVersion': {
      parameters: [],
      run({ project, secret, body }) {
        const number = store.add(project, secret, payloadIn(body));
        const createTime = new Date(clock.now()).toISOString();
        return { name: `${nameOf({ project, id: secret })}/versions/${number}`, createTime, state: 'ENABLED' };
      },
    },
    'GET /v1/projects/P/secrets/S/versions/V:access': {
      parameters: [],
      run({ project, secret, version }) {
        const { number, data } = store.read(project, secret, version);
        const payload = { data: data.toString('base64'), dataCrc32c: checksumOf(data) };
        return { name: `${nameOf({ project, id: secret })}/versions/${number}`, payload };
      },
    },
  };
}

const nameOf = ({ project, id }: Pick<Secret, 'project' | 'id'>): string => `projects/${project}/secrets/${id}`;

const resourceOf = (secret: Secret) => ({
  name: nameOf(secret),
  replication: { automatic: {} },
  createTime: secret.createTime,
  labels: secret.labels,
});
