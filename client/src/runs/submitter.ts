// Who submits a run: for display only, never for authorization.
import { hostname, userInfo } from 'node:os';
import { cutText } from '@mymlops/protocol';

export function submitter(): string {
  let user = 'unknown';
  try {
    user = userInfo().username;
  } catch {
    // A container may run under a number that has no name.
  }
  return cutText(`${user}@${hostname()}`, 200);
}
