// The calls of the JSON API; index.ts finds the route and checks the query's parameters.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpError, readJson, sendJson } from '../shared/http';
import { CONDITION_PARAMETERS, conditionsOf, requireConditions, unmetCondition } from './conditions';
import { sendContent } from './download';
import { listingPageOf } from './listing';
import type { CallRights, StorageCall } from './permissions';
import { bucketResource, objectResource, partial } from './resources';
import type { ObjectStore, StoredObject } from './store';
import type { Uploads } from './uploads';

const MAX_PAGE = 1000;
const BODY_LIMIT_BYTES = 128 * 1024;
const UPLOAD_PARAMETERS = ['name', 'upload_id', ...CONDITION_PARAMETERS];

export interface Call {
  request: IncomingMessage;
  response: ServerResponse;
  query: URLSearchParams;
  /** That of the call itself is checked before it runs. */
  rights: CallRights;
}

export interface Route {
  /** Its query parameters, besides those of every call. */
  parameters: readonly string[];
  run(call: Call, bucket: string, name: string): Promise<void> | void;
}

export interface RoutesOptions {
  store: ObjectStore;
  uploads: Uploads;
  /** The service's own. */
  address: () => string;
}

/** Routes by method and path; B stands for the bucket, O for the object. */
export function createStorageRoutes({ store, uploads, address }: RoutesOptions): Record<StorageCall, Route> {
  const send = ({ response, query }: Call, body: Record<string, unknown>): void =>
    sendJson(response, 200, partial(body, query.get('fields')));

  const find = ({ query, rights }: Call, bucket: string, name: string): StoredObject => {
    if (!store.has({ bucket, name })) rights.requireAbsence(bucket);
    const object = store.object({ bucket, name });
    const generation = query.get('generation');
    if (generation !== null && generation !== object.generation) {
      throw new HttpError(404, 'notFound', `No such object: ${bucket}/${name}#${generation}`);
    }
    return object;
  };

  return {
    'POST /storage/v1/b': {
      parameters: ['project'],
      async run(call) {
        const { name } = await readJson(call.request, BODY_LIMIT_BYTES);
        if (typeof name !== 'string') throw new HttpError(400, 'required', 'the bucket needs a name');
        send(call, bucketResource(store.createBucket(name), address()));
      },
    },
    'GET /storage/v1/b/B': {
      parameters: [],
      run(call, bucket) {
        send(call, bucketResource(store.bucket(bucket), address()));
      },
    },
    'GET /storage/v1/b/B/iam/testPermissions': {
      parameters: ['permissions'],
      run(call, bucket) {
        store.bucket(bucket); // throws if it does not exist
        const permissions = call.rights.held(call.query.getAll('permissions'), bucket);
        send(call, { kind: 'storage#testIamPermissionsResponse', permissions: nonEmpty(permissions) });
      },
    },
    'GET /storage/v1/b/B/o': {
      parameters: ['prefix', 'delimiter', 'pageToken', 'maxResults', 'startOffset'],
      run(call, bucket) {
        const { query } = call;
        const { names, prefixes, nextPageToken } = listingPageOf(store.names(bucket), {
          prefix: query.get('prefix') ?? '',
          delimiter: query.get('delimiter') ?? '',
          maxResults: pageSize(query.get('maxResults')),
          pageToken: query.get('pageToken'),
          startOffset: query.get('startOffset') ?? '',
        });
        const items = names.map((name) => objectResource(store.object({ bucket, name }), address()));
        send(call, { kind: 'storage#objects', nextPageToken, prefixes: nonEmpty(prefixes), items: nonEmpty(items) });
      },
    },
    'GET /storage/v1/b/B/o/O': {
      parameters: ['generation', ...CONDITION_PARAMETERS],
      async run(call, bucket, name) {
        const { request, response, query } = call;
        const object = find(call, bucket, name);
        const conditions = conditionsOf(query);
        if (unmetCondition(conditions, object)?.endsWith('NotMatch')) return void response.writeHead(304).end();
        requireConditions(conditions, object);
        if (query.get('alt') !== 'media') return send(call, objectResource(object, address()));
        await sendContent(request, response, object, () => store.openContent(object));
      },
    },
    'DELETE /storage/v1/b/B/o/O': {
      parameters: ['generation', ...CONDITION_PARAMETERS],
      run(call, bucket, name) {
        find(call, bucket, name);
        store.remove({ bucket, name }, conditionsOf(call.query));
        call.response.writeHead(204).end();
      },
    },
    'POST /upload/storage/v1/b/B/o': {
      parameters: UPLOAD_PARAMETERS,
      run: (call, bucket) => uploads.begin({ ...call, bucket }),
    },
    'PUT /upload/storage/v1/b/B/o': {
      parameters: UPLOAD_PARAMETERS,
      run: (call, bucket) => uploads.resume({ ...call, bucket }),
    },
    'DELETE /upload/storage/v1/b/B/o': {
      parameters: UPLOAD_PARAMETERS,
      run: (call, bucket) => uploads.cancel({ ...call, bucket }),
    },
  };
}

function pageSize(text: string | null): number {
  if (text === null) return MAX_PAGE;
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new HttpError(400, 'invalid', `maxResults is not a positive number: ${text}`);
  return Math.min(Number(text), MAX_PAGE);
}

function nonEmpty<T>(list: T[]): T[] | undefined {
  return list.length > 0 ? list : undefined;
}
