// Refusals of Firestore and Pub/Sub do not name the permission that is missing: "Missing or insufficient permissions.", "User
// not authorized to perform this action."
import { codeOf } from './failure-code';

/** gRPC's code (https://grpc.io/docs/guides/status-codes/). */
const PERMISSION_DENIED = 7;

export interface Needed {
  permissions: readonly string[];
  /** Full name of the resource. */
  on: string;
}

export class MissingPermissionError extends Error {
  readonly code = PERMISSION_DENIED;
}

/** The error with the needed permissions in its message where it is such a refusal; any other as it is. */
export function namingPermissions(error: unknown, { permissions, on }: Needed): unknown {
  if (codeOf(error) !== PERMISSION_DENIED || error instanceof MissingPermissionError) return error;
  const said = error instanceof Error ? error.message : String(error);
  return new MissingPermissionError(`${said} It needs ${permissions.join(', ')} on ${on}.`, { cause: error });
}

/** The result of `call`, whose refusal names what is needed. */
export async function withPermissionsNamed<T>(needed: Needed, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw namingPermissions(error, needed);
  }
}
