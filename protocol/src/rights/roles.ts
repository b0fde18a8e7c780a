// The custom roles of a deployment: one for each identity and each kind of place, so that nobody gets on one place what he needs
// on another one. Terraform and Google's console show them by these ids.
import { IDENTITIES, type Identity } from './identities';
import type { Resource } from './resources';
import { RIGHTS } from './rights';

/** The place of a resource in the id of a role. Resources of one place have the same permissions. */
const PLACES = {
  database: 'database',
  'results bucket': 'results',
  'live bucket': 'live',
  'topic requests': 'topic',
  'topic events': 'topic',
  'topic sweeps': 'topic',
  'dead letters of requests': 'dead_letters',
  'dead letters of events': 'dead_letters',
  'account of VMs': 'account',
  'service request': 'service',
  'service event': 'service',
  'service sweep': 'service',
  secrets: 'secrets',
  project: 'project',
} as const satisfies Record<Resource, string>;
export type Place = (typeof PLACES)[Resource];

export interface Role {
  identity: Identity;
  place: Place;
  /** Sorted. */
  permissions: string[];
  /** Where the identity has the role. */
  resources: Resource[];
}

/** Every custom role. Throws where two resources of a place would need different ones. */
export function rolesOf(): Role[] {
  return IDENTITIES.flatMap((identity) => {
    const roles = new Map<Place, Role>();
    for (const resource of new Set(RIGHTS[identity].map(({ on }) => on))) {
      const rights = RIGHTS[identity].filter(({ on }) => on === resource);
      const place = PLACES[resource];
      const permissions = rights.flatMap((right) => right.permissions).toSorted();
      const role = roles.get(place) ?? { identity, place, permissions, resources: [] };
      if (role.permissions.join() !== permissions.join()) {
        throw new Error(`${identity}: ${resource} needs other permissions than ${role.resources.join()}`);
      }
      role.resources.push(resource);
      roles.set(place, role);
    }
    return [...roles.values()];
  });
}

/** Ids of custom roles have no hyphen. A deployment has no underscore, so the ids of two deployments never meet. */
export const roleId = (deployment: string, { identity, place }: Pick<Role, 'identity' | 'place'>): string =>
  `${deployment.replaceAll('-', '_')}_${identity === 'vm' ? 'agent' : identity}_${place}`;
