// Checks whether pulled results in a folder of the user would become part of the next commit.
import { realpathSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { findConfigFile } from '../config/project-config';
import type { Context } from '../core/context';
import { withTempFolder } from '../files/temp-folder';
import { listProjectFiles } from '../snapshot/project-files';

/** Whether the next commit of the project around `folder` would send any of these files. Never fails. */
export async function areSentAlong(
  context: Pick<Context, 'env' | 'beforeExit'>,
  folder: string,
  files: readonly { path: string }[],
): Promise<boolean> {
  const config = findConfigFile(folder);
  if (config === null || files.length === 0) return false;
  const project = dirname(config);
  const inProject = relative(project, realpathSync(folder));
  const names = new Set(files.map(({ path }) => join(inProject, path).split(sep).join('/')));
  return withTempFolder(context, async (tempFolder) => {
    const listed = await listProjectFiles({ folder: project, env: context.env, tempFolder });
    return listed.files.some(({ path, mode }) => mode === undefined && names.has(path));
  }).catch(() => false); // no git, or a name that it cannot list: the next commit reports that
}
