// The permission of each call of Secret Manager (https://cloud.google.com/secret-manager/docs/access-control), and the words of
// Google's refusals.
import { projectName, secretsName } from '@mymlops/protocol';
import type { Caller } from '../shared/auth';
import { HttpError } from '../shared/http';
import { requireRight, type RightsCheck } from '../shared/require-right';

/** By method and path; P stands for the project, S for the secret, V for the version. Only these calls are served. */
export const PERMISSIONS = {
  'POST /v1/projects/P/secrets': 'secretmanager.secrets.create',
  'GET /v1/projects/P/secrets': 'secretmanager.secrets.list',
  'DELETE /v1/projects/P/secrets/S': 'secretmanager.secrets.delete',
  'POST /v1/projects/P/secrets/S:addVersion': 'secretmanager.versions.add',
  'GET /v1/projects/P/secrets/S/versions/V:access': 'secretmanager.versions.access',
} as const satisfies Record<string, `secretmanager.${string}`>;

export type SecretCall = keyof typeof PERMISSIONS;

export const isSecretCall = (call: string): call is SecretCall => Object.hasOwn(PERMISSIONS, call);

export interface SecretPath {
  project: string;
  secret: string;
  version: string;
}

/** A caller without the right does not learn whether the secret exists. */
export function requirePermission(check: RightsCheck, caller: Caller, call: SecretCall, path: SecretPath): void {
  const { project, secret, version } = path;
  // A secret's name begins with that of its deployment.
  const on = secret === '' ? projectName(project) : secretsName(project, secret.split('_', 1)[0] ?? '');
  const secretName = secret === '' ? '' : `/secrets/${secret}`;
  const resource = `${projectName(project)}${secretName}${version === '' ? '' : `/versions/${version}`}`;
  const words = (permission: string): HttpError =>
    new HttpError(
      403,
      'forbidden',
      `Permission '${permission}' denied for resource '${resource}' (or it may not exist).`,
      'PERMISSION_DENIED',
    );
  requireRight(check, caller, { permissions: [PERMISSIONS[call]], on }, words);
}
