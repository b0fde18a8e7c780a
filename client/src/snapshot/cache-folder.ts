// Where the state folder keeps what is known of a project's snapshots.
import { createHash } from 'node:crypto';
import { join } from 'node:path';

export interface SnapshotMemory {
  /** What its files hold. */
  facts: string;
  /** What of it lies in the bucket. */
  parts: string;
}

export function snapshotMemoryOf(stateFolder: string, projectFolder: string): SnapshotMemory {
  const name = createHash('sha256').update(projectFolder).digest('hex').slice(0, 20);
  const file = (kind: string): string => join(stateFolder, 'snapshots', `${name}.${kind}.json`);
  return { facts: file('facts'), parts: file('parts') };
}
