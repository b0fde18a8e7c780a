// The same wire with what the client reads over REST. Requests and answers keep the form that they have over gRPC.
import { status } from '@grpc/grpc-js';
import { tokenFor } from '@mymlops/protocol';
import type { Timestamp } from '../../../../../deploy/local/firestore/messages';
import { fromTimeText, toTimeText } from '../../../../../deploy/local/firestore/times';
import type { FirestoreServer } from '../../../../emulators/firestore';
import { openWire, type Answer, type Wire } from './wire';

interface Read {
  path: string;
  body: object;
}

const READS: Record<string, (request: Record<string, unknown>) => Read> = {
  BatchGetDocuments: ({ database, ...body }) => ({ path: `${String(database)}/documents:batchGet`, body }),
  RunQuery: ({ parent, ...body }) => ({ path: `${encodeURI(String(parent))}:runQuery`, body }),
};

export function openRestWire(server: FirestoreServer): Wire {
  const wire = openWire(server);
  const { endpoints } = server;
  const headers = {
    authorization: `Bearer ${tokenFor('firestore', endpoints)}`,
    'content-type': 'application/json',
  };
  return {
    ...wire,
    async call(method, request, database): Promise<Answer> {
      const read = READS[method]?.({ ...request });
      if (!read) return wire.call(method, request, database);
      const body = JSON.stringify(read.body, asRest);
      const answer = await fetch(`http://${endpoints.firestore}/v1/${read.path}`, { method: 'POST', headers, body });
      const said = JSON.parse(await answer.text(), asGrpc) as object[] | { error: { status: keyof typeof status } };
      return Array.isArray(said) ? { code: 0, messages: said } : { code: status[said.error.status] };
    },
  };
}

function asRest(key: string, value: unknown): unknown {
  if (key === 'timestampValue') return toTimeText(value as Timestamp);
  if (key === 'nullValue') return null;
  return key === 'limit' ? (value as { value: number }).value : value;
}

const TIMES = ['timestampValue', 'createTime', 'updateTime', 'readTime'];

function asGrpc(key: string, value: unknown): unknown {
  if (TIMES.includes(key) && typeof value === 'string') return fromTimeText(value);
  return key === 'nullValue' ? 'NULL_VALUE' : value;
}
