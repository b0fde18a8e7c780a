// Who may call what: a VM may publish to some topics only.
import type { Auth, Role } from '../shared/auth';
import type { Log } from '../shared/log';
import type { Broker } from './broker';

/** The parts that both transports need. */
export interface ApiContext {
  broker: Broker;
  auth: Auth;
  log: Log;
  /** Ids of the topics that a VM may publish to. */
  vmTopics: readonly string[];
}

export const OWNER_ONLY: readonly Role[] = ['owner'];

/** Who may publish to `topic`, the full name that the call uses. `vmTopics`: ids of the topics of VMs. */
export function publishRoles(topic: string, vmTopics: readonly string[]): readonly Role[] {
  return vmTopics.includes(topic.split('/').at(-1) ?? '') ? ['owner', 'vm'] : OWNER_ONLY;
}
