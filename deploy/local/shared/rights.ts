// The rights of each identity: as on Google, where Terraform gives the same (protocol/src/rights). No policies: a call names
// the permissions that it needs, each service in its permissions.ts.
import { accountEmail, grantsOf, type DeploymentNames, type Grant } from '@mymlops/protocol';
import type { Caller } from './auth';

export interface Need {
  permissions: readonly string[];
  /** Full name of the resource. */
  on: string;
}

export interface Rights {
  /** The first permission that the caller lacks; undefined if none. */
  lacking(caller: Caller, need: Need): string | undefined;
  /** How Google names the caller in a refusal. */
  nameOf(caller: Caller): string;
}

export interface RightsOptions {
  /** By default those of the deployment. */
  grants?: readonly Grant[];
  /** Called for each right that a call needs and has; not for the owner. */
  onUse?(grant: Grant): void;
}

export function createRights(names: DeploymentNames, { grants = grantsOf(names), onUse }: RightsOptions = {}): Rights {
  const byKey = new Map(grants.map((grant) => [keyOf(grant), grant]));
  return {
    lacking({ identity }, { permissions, on: resource }) {
      if (identity === 'owner') return undefined;
      const lacks = permissions.find((permission) => !byKey.has(keyOf({ identity, permission, resource })));
      if (lacks === undefined) for (const permission of permissions) onUse?.({ identity, permission, resource });
      return lacks;
    },
    nameOf: ({ identity }) =>
      identity === 'owner' || identity === 'client' ? `The ${identity}` : accountEmail(identity, names),
  };
}

const keyOf = ({ identity, permission, resource }: Grant): string => `${identity} ${permission} ${resource}`;
