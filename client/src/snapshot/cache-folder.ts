// The files of the state folder in which a project's snapshots are remembered.
import { createHash } from 'node:crypto';
import { join } from 'node:path';

export interface SnapshotCacheFiles {
  /** The file cache: see file-cache.ts. */
  fileCache: string;
  /** The bundles in the bucket: see parts.ts. */
  parts: string;
}

export function snapshotCacheFilesOf(stateFolder: string, projectFolder: string): SnapshotCacheFiles {
  const name = createHash('sha256').update(projectFolder).digest('hex').slice(0, 20);
  const file = (kind: string): string => join(stateFolder, 'snapshots', `${name}.${kind}.json`);
  return { fileCache: file('files'), parts: file('parts') };
}
