// The permissions of each call, on its database: https://cloud.google.com/firestore/docs/security/iam#required_permissions
import { status } from '@grpc/grpc-js';
import { FIRESTORE_CALLS, FIRESTORE_WRITES, type FirestoreRead } from '@mymlops/protocol';
import type { Caller } from '../shared/auth';
import { requireRight, type RightsCheck } from '../shared/require-right';
import type { Need } from '../shared/rights';
import type { CommitRequest, Write } from './messages';
import { StatusError } from './status';

const OF_TRANSACTION = 'datastore.databases.get';
const TRANSACTIONS = { BeginTransaction: [OF_TRANSACTION], Rollback: [OF_TRANSACTION] } as const;

/** The calls that are served. */
export type Method = FirestoreRead | keyof typeof TRANSACTIONS | 'Commit';

/** A request, as far as it tells the database. */
interface Request {
  database?: string;
  parent?: string;
}

const DATABASE = /^projects\/[^/]+\/databases\/[^/]+/;

function needOf(method: Method, request: Request): Need {
  const [database = ''] = DATABASE.exec(request.database ?? request.parent ?? '') ?? [];
  return { on: database, permissions: permissionsOf(method, request) };
}

function permissionsOf(method: Method, request: Request): readonly string[] {
  if (method !== 'Commit') return { ...FIRESTORE_CALLS, ...TRANSACTIONS }[method];
  const { writes = [] } = request as CommitRequest;
  return writes.length === 0 ? FIRESTORE_WRITES.set : [...new Set(writes.flatMap(permissionsOfWrite))];
}

/** A write that names the time of the last one is an update. One of another form is refused anyway. */
function permissionsOfWrite({ update, currentDocument }: Write): readonly string[] {
  if (!update) return FIRESTORE_WRITES.delete;
  if (currentDocument?.exists === false) return FIRESTORE_WRITES.create;
  const isKnown = currentDocument?.exists === true || currentDocument?.updateTime !== undefined;
  return isKnown ? FIRESTORE_WRITES.update : FIRESTORE_WRITES.set;
}

/** Throws StatusError in Google's words, which do not name the permission. */
export function checkRights(check: RightsCheck, caller: Caller, method: Method, request: object): void {
  requireRight(check, caller, needOf(method, request), () => {
    return new StatusError(status.PERMISSION_DENIED, 'Missing or insufficient permissions.');
  });
}
