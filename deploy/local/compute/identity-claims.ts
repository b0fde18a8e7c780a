// The claims of a VM's identity token (https://cloud.google.com/compute/docs/instances/verifying-instance-identity).
import { IDENTITY_ISSUER } from '@mymlops/protocol';
import { PROJECT_NUMBER } from './catalog';
import { emailOf } from './to-api';
import type { StoredVm } from './records';

const LIFETIME_SECONDS = 3600;

export interface Asked {
  audience: string;
  /** Only a token of `format=full` names the VM. */
  isFull: boolean;
}

export function claimsOf(vm: StoredVm, { audience, isFull }: Asked, project: string, nowMs: number): object {
  const issuedAt = Math.floor(nowMs / 1000);
  const email = emailOf(vm.serviceAccounts[0]?.email ?? 'default');
  return {
    aud: audience,
    azp: email,
    email,
    email_verified: true,
    exp: issuedAt + LIFETIME_SECONDS,
    ...(isFull && {
      google: {
        compute_engine: {
          instance_creation_timestamp: Math.floor(vm.createdAt / 1000),
          instance_id: vm.id,
          instance_name: vm.name,
          project_id: project,
          project_number: Number(PROJECT_NUMBER),
          zone: vm.zone,
        },
      },
    }),
    iat: issuedAt,
    iss: IDENTITY_ISSUER,
    sub: email,
  };
}
