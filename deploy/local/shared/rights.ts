// The rights of each identity: as on Google, where Terraform gives the same (protocol/src/rights). No policies: a call names
// the permissions that it needs, each service in its permissions.ts.
import { accountEmail, grantsOf, type DeploymentNames, type Grant } from '@mymlops/protocol';
import type { Caller } from './auth';
import { forwardingGrants, PUBSUB_AGENT, type AgentGrant } from './service-agents';

export interface Need {
  permissions: readonly string[];
  /** Full name of the resource. */
  on: string;
}

export interface Rights {
  /** The first permission that the caller, or Pub/Sub's own account, lacks; undefined if none. */
  lacking(caller: Caller | Pick<AgentGrant, 'identity'>, need: Need): string | undefined;
  /** How Google names the caller in a refusal. */
  nameOf(caller: Caller): string;
}

export interface RightsOptions {
  /** By default those of the deployment. */
  grants?: readonly Grant[];
  /** By default those that Terraform gives Pub/Sub's own account. */
  agentGrants?: readonly AgentGrant[];
  /** Called for each right that a call needs and has; not for the owner, nor for Pub/Sub's own account. */
  onUse?(grant: Grant): void;
}

export function createRights(names: DeploymentNames, options: RightsOptions = {}): Rights {
  const { grants = grantsOf(names), agentGrants = forwardingGrants(names), onUse } = options;
  const given = new Set([...grants, ...agentGrants].map(keyOf));
  return {
    lacking({ identity }, { permissions, on: resource }) {
      if (identity === 'owner') return undefined;
      const lacks = permissions.find((permission) => !given.has(keyOf({ identity, permission, resource })));
      if (lacks !== undefined || identity === PUBSUB_AGENT) return lacks;
      for (const permission of permissions) onUse?.({ identity, permission, resource });
      return undefined;
    },
    nameOf: ({ identity }) =>
      identity === 'owner' || identity === 'client' ? `The ${identity}` : accountEmail(identity, names),
  };
}

const keyOf = ({ identity, permission, resource }: Grant | AgentGrant): string =>
  `${identity} ${permission} ${resource}`;
