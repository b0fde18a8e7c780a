// Google's administration of a project, in memory. All is well by default: a test names only its own trouble.
import type { Administration, Answer, Caller, Refusal } from '../../../../client/src/google/administration';
import { APIS } from '../../../../client/src/deployment/apis';
import { REGIONS } from '../../../../client/src/deployment/regions';
import type { WantedDeployment } from '../../../../client/src/deployment/checks/wanted';

export const PROJECT = 'my-project';

export const ANN: Caller = { email: 'ann@example.com', member: 'user:ann@example.com', isPerson: true };

type Parts = { [Part in keyof Omit<Administration, 'project' | 'caller'>]: Partial<Administration[Part]> };

export const value = <T>(given: T): Promise<Answer<T>> => Promise.resolve({ value: given });

export const refused = (refusal: Partial<Refusal>): Promise<{ refusal: Refusal }> =>
  Promise.resolve({ refusal: { status: 403, message: 'Google says no.', ...refusal } });

/** The refusal of a call to `service`, which is off. https://cloud.google.com/apis/design/errors#error_info */
export const off = (service: string): Promise<{ refusal: Refusal }> =>
  refused({ reason: 'SERVICE_DISABLED', service, message: `${service} has not been used in project 12 before.` });

const missing = (): never => {
  throw new Error('A check changes nothing.');
};

export function anAdministration({
  caller = () => Promise.resolve(ANN),
  ...parts
}: Partial<Parts & Pick<Administration, 'caller'>> = {}): Administration {
  const quotas = [{ metric: 'NETWORKS', limit: 15, usage: 1 }];
  return {
    project: PROJECT,
    caller,
    projects: {
      get: () => value({ id: PROJECT, number: '12', state: 'ACTIVE' }),
      allowed: (permissions) => value([...permissions]),
      hasBilling: () => value(true),
      ...parts.projects,
    },
    services: {
      ...{ listEnabled: () => value([...APIS]), enable: missing, makeAgent: missing, poll: missing },
      ...parts.services,
    },
    quotas: {
      ofProject: () => value(quotas),
      ofRegions: () => value(REGIONS.map((region) => ({ region, quotas: [] }))),
      ...parts.quotas,
    },
    policies: { effective: (constraint) => value({ constraint, rules: [] }), ...parts.policies },
    databases: { get: () => value(undefined), remove: missing, ...parts.databases },
    buckets: {
      ...{ list: () => value([]), get: () => value(undefined), insert: missing, harden: missing },
      ...{ readText: () => value(undefined), writeText: missing },
      ...{ someObjects: () => value([]), removeObject: missing, remove: missing },
      ...parts.buckets,
    },
    vms: { withLabel: () => value([]), remove: missing, ...parts.vms },
    disks: { withLabel: () => value([]), remove: missing, ...parts.disks },
    images: { withLabel: () => value([]), remove: missing, ...parts.images },
    history: {
      ...{ liveRuns: () => value([]), liveBuilds: () => value([]), instances: () => value([]) },
      hasSettings: () => value(false),
      ...parts.history,
    },
    topics: { publish: missing, ...parts.topics },
    secrets: { list: () => value([]), remove: missing, ...parts.secrets },
  };
}

export const aWanted = (overrides: Partial<WantedDeployment> = {}): WantedDeployment => ({
  ...{ deployment: 'team', region: 'europe-west4', isNew: true, variables: {}, vms: [] },
  ...overrides,
});
