// The calls of Firestore's REST API by which the client reads.
import type { IncomingMessage, RequestListener } from 'node:http';
import { status } from '@grpc/grpc-js';
import type { Caller } from '../shared/auth';
import { readJson, sendJson, withAuth, type Handler } from '../shared/http';
import type { ServiceOptions } from '../shared/service';
import type { Calls } from './calls';
import { type Answer, answerJson } from './rest-answer';
import { checkRights, type Method } from './permissions';
import { readBatchGet, readRunQuery } from './rest-request';
import { invalidArgument, StatusError, unimplemented } from './status';

const PATH = /^\/v1\/(projects\/[^/]+\/databases\/[^/]+)\/documents((?:\/[^:?]+)?):([A-Za-z]+)$/;

/** A query, or the names of documents. */
const MAX_BODY_BYTES = 2 ** 20;

/** The HTTP status of each that our calls throw (https://cloud.google.com/apis/design/errors#handling_errors). */
const HTTP_STATUS: Partial<Record<status, number>> = {
  [status.INVALID_ARGUMENT]: 400,
  [status.FAILED_PRECONDITION]: 400,
  [status.PERMISSION_DENIED]: 403,
  [status.NOT_FOUND]: 404,
  [status.UNIMPLEMENTED]: 501,
};

interface Call {
  method: Method;
  requestOf(place: { database: string; parent: string }, body: Record<string, unknown>): object;
}

const SERVED: Record<string, Call> = {
  batchGet: {
    method: 'BatchGetDocuments',
    requestOf: ({ database }, body) => ({ database, ...readBatchGet(body) }),
  },
  runQuery: { method: 'RunQuery', requestOf: ({ parent }, body) => ({ parent, ...readRunQuery(body) }) },
};

export function createFirestoreRestApi(
  calls: Calls,
  environment: Pick<ServiceOptions, 'auth' | 'rights' | 'log'>,
): RequestListener {
  const { auth, log } = environment;

  async function answer(request: IncomingMessage, caller: Caller): Promise<object[]> {
    const { method = '', url = '' } = request;
    const [, database = '', below = '', name = ''] = PATH.exec(url) ?? [];
    const call = method === 'POST' && Object.hasOwn(SERVED, name) ? SERVED[name] : undefined;
    if (!call) throw unimplemented(`${method} ${url.split('?', 1)[0]}`);
    const parent = `${database}/documents${below.split('/').map(decoded).join('/')}`;
    const sent = call.requestOf({ database, parent }, await readJson(request, MAX_BODY_BYTES));
    checkRights(environment, caller, call.method, sent);
    const answers = calls.streaming[call.method]?.(sent as never) ?? [];
    return Array.from(answers, (each) => answerJson(each as Answer));
  }

  const handle: Handler = async (request, response, _url, caller) => {
    try {
      sendJson(response, 200, await answer(request, caller));
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
  return withAuth(auth, log, handle);
}

/** A part of a path. A slash in it would make it two. */
function decoded(part: string): string {
  if (/%2f|%(?![0-9a-f]{2})/i.test(part)) throw invalidArgument(`not a valid id: ${part}`);
  return decodeURIComponent(part);
}
