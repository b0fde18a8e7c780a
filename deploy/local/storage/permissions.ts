// The permissions of each call (https://cloud.google.com/storage/docs/access-control/iam-json), on the bucket, and the words of
// Google's refusals.
import { bucketName } from '@mymlops/protocol';
import type { Caller } from '../shared/auth';
import { HttpError } from '../shared/http';
import { requireRight, type RightsCheck } from '../shared/require-right';

/** By method and path; B stands for the bucket, O for the object. A call that is not among these cannot be served. */
export const PERMISSIONS = {
  'POST /storage/v1/b': 'storage.buckets.create',
  'GET /storage/v1/b/B': 'storage.buckets.get',
  'GET /storage/v1/b/B/o': 'storage.objects.list',
  'GET /storage/v1/b/B/o/O': 'storage.objects.get',
  'DELETE /storage/v1/b/B/o/O': 'storage.objects.delete',
  'POST /upload/storage/v1/b/B/o': 'storage.objects.create',
  'PUT /upload/storage/v1/b/B/o': 'storage.objects.create',
  'DELETE /upload/storage/v1/b/B/o': 'storage.objects.create',
} as const satisfies Record<string, `storage.${string}`>;

/** A call that takes no permission: https://cloud.google.com/storage/docs/json_api/v1/buckets/testIamPermissions */
const FOR_EVERYONE = ['GET /storage/v1/b/B/iam/testPermissions'] as const;

export type StorageCall = keyof typeof PERMISSIONS | (typeof FOR_EVERYONE)[number];
type Permission = (typeof PERMISSIONS)[keyof typeof PERMISSIONS];

/** The permission that a call takes; undefined for one that takes none. */
export const permissionOf = (call: StorageCall): Permission | undefined =>
  Object.hasOwn(PERMISSIONS, call) ? PERMISSIONS[call as keyof typeof PERMISSIONS] : undefined;

export const isStorageCall = (call: string): call is StorageCall =>
  Object.hasOwn(PERMISSIONS, call) || FOR_EVERYONE.some((each) => each === call);

/** The rights of a caller. The functions throw HttpError in Google's words. */
export interface CallRights {
  require(permission: Permission, bucket: string): void;
  /** Those of `permissions` that the caller has. */
  held(permissions: readonly string[], bucket: string): string[];
  /** An absent object is "not found" only for those who may list: for others it may be there. */
  requireAbsence(bucket: string): void;
  /** An overwrite deletes the object before it. */
  requireOverwrite(bucket: string): void;
}

export function callRights(check: RightsCheck, caller: Caller): CallRights {
  const require = (permission: Permission, bucket: string): void =>
    requireRight(check, caller, { permissions: [permission], on: bucketName(bucket) }, () => {
      const what = /^storage\.(buckets|objects\.list)/.test(permission) ? 'bucket' : 'object';
      const message =
        `${check.rights.nameOf(caller)} does not have ${permission} access to the Google Cloud Storage ${what}. ` +
        `Permission '${permission}' denied on resource (or it may not exist).`;
      return new HttpError(403, 'forbidden', message);
    });
  return {
    require,
    held: (permissions, bucket) =>
      permissions.filter(
        (permission) =>
          check.rights.lacking(caller, { permissions: [permission], on: bucketName(bucket) }) === undefined,
      ),
    requireAbsence: (bucket) => require('storage.objects.list', bucket),
    requireOverwrite: (bucket) => require('storage.objects.delete', bucket),
  };
}
