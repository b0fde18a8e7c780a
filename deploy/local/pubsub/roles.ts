// Who may call what: a VM may report events, but must not send requests.
import type { Role } from '../shared/auth';

export const OWNER_ONLY: readonly Role[] = ['owner'];

/** Who may publish to `topic`, the full name that the call uses. */
export function publishRoles(topic: string): readonly Role[] {
  return topic.endsWith('-events') ? ['owner', 'vm'] : OWNER_ONLY;
}
