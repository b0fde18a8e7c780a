// The image or snapshot of a boot disk, as people write it: a name in the deployment's own project, or a path that names its
// project.

/** `path`: relative to Compute Engine's v1 root. `project`: whose it is; absent, the deployment's own. */
export interface BootSource {
  project?: string;
  path: string;
}

const PROJECT = String.raw`(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]*`;
const NAME = '[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?';
const ROOT = String.raw`(?:https://(?:www|compute)\.googleapis\.com/compute/v1/)?`;
const IMAGE = new RegExp(`^(?:${ROOT}projects/(${PROJECT})/)?(?:global/)?(?:images/)?((?:family/)?${NAME})$`);
const SNAPSHOT = new RegExp(`^(?:${ROOT}projects/(${PROJECT})/)?(?:global/)?(?:snapshots/)?(${NAME})$`);

/** `NAME`, `family/NAME` or `projects/P/global/images/...`; null for anything else. */
export function parseImage(text: string): BootSource | null {
  return sourceIn(IMAGE.exec(text), 'images');
}

/** `NAME` or `projects/P/global/snapshots/NAME`; null for anything else. */
export function parseSnapshot(text: string): BootSource | null {
  return sourceIn(SNAPSHOT.exec(text), 'snapshots');
}

function sourceIn(match: RegExpExecArray | null, collection: string): BootSource | null {
  if (!match) return null;
  const [, project, name = ''] = match;
  return { ...(project !== undefined && { project }), path: `global/${collection}/${name}` };
}
