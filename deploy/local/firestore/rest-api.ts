// The calls of Firestore's REST API by which the client reads.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { status } from '@grpc/grpc-js';
import { readJson, sendJson, withAuth } from '../shared/http';
import type { ServiceOptions } from '../shared/service';
import type { Calls } from './calls';
import { type Answer, answerJson } from './rest-answer';
import { readBatchGet, readRunQuery } from './rest-request';
import { invalidArgument, StatusError, unimplemented } from './status';

const PATH = /^\/v1\/(projects\/[^/]+\/databases\/[^/]+)\/documents((?:\/[^:?]+)?):([A-Za-z]+)$/;

/** A query, or the names of documents. */
const MAX_BODY_BYTES = 2 ** 20;

/** The HTTP status of each that our calls throw (https://cloud.google.com/apis/design/errors#handling_errors). */
const HTTP_STATUS: Partial<Record<status, number>> = {
  [status.INVALID_ARGUMENT]: 400,
  [status.FAILED_PRECONDITION]: 400,
  [status.NOT_FOUND]: 404,
  [status.UNIMPLEMENTED]: 501,
};

type Call = (database: string, parent: string, body: Record<string, unknown>) => Iterable<object>;

export function createFirestoreRestApi(
  calls: Calls,
  { auth, log }: Pick<ServiceOptions, 'auth' | 'log'>,
): RequestListener {
  const streaming = (name: string, request: object): Iterable<object> =>
    calls.streaming[name]?.(request as never) ?? [];
  const served: Record<string, Call> = {
    batchGet: (database, _parent, body) => streaming('BatchGetDocuments', { database, ...readBatchGet(body) }),
    runQuery: (_database, parent, body) => streaming('RunQuery', { parent, ...readRunQuery(body) }),
  };

  async function answer(request: IncomingMessage): Promise<object[]> {
    const { method = '', url = '' } = request;
    const [, database = '', below = '', name = ''] = PATH.exec(url) ?? [];
    const call = method === 'POST' && Object.hasOwn(served, name) ? served[name] : undefined;
    if (!call) throw unimplemented(`${method} ${url.split('?', 1)[0]}`);
    const parent = `${database}/documents${below.split('/').map(decoded).join('/')}`;
    const body = await readJson(request, MAX_BODY_BYTES);
    return [...call(database, parent, body)].map((each) => answerJson(each as Answer));
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      sendJson(response, 200, await answer(request));
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      const { code, message } = error;
      if (code === status.UNIMPLEMENTED)
        log('ERROR', 'call not supported', { call: request.url ?? '', cause: message });
      request.resume();
      const http = HTTP_STATUS[code] ?? 500;
      sendJson(response, http, { error: { code: http, message, status: status[code] } });
    }
  };
  return withAuth(auth, ['owner'], log, handle);
}

/** A part of a path. A slash in it would make it two. */
function decoded(part: string): string {
  if (/%2f|%(?![0-9a-f]{2})/i.test(part)) throw invalidArgument(`not a valid id: ${part}`);
  return decodeURIComponent(part);
}
