// Who submits: shown with the run, a claim and never a right.
import { hostname, userInfo } from 'node:os';

export function submitter(): string {
  let user = 'unknown';
  try {
    user = userInfo().username;
  } catch {
    // A container may run under a number that has no name.
  }
  return `${user}@${hostname()}`.slice(0, 200);
}
