// A local cloud that runs may be of another build than this client, after an upgrade.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BUILD_FILE, parseJson, RUNNING_BUILD_FILE, runningBuild } from '@mymlops/protocol';
import type { Context } from '../core/context';
import { stateFolder } from './state-folder';

/** A line for the user; undefined where it is the same build, or this client's own is not known. */
export function otherBuildWarning(
  pid: number,
  context: Pick<Context, 'env' | 'localCloudProgram'>,
): string | undefined {
  const own = textOf(join(dirname(context.localCloudProgram), BUILD_FILE));
  if (own === undefined) return undefined;
  const running = parseJson(runningBuild, textOf(join(stateFolder(context.env), RUNNING_BUILD_FILE)) ?? '');
  // An earlier build leaves no such file, or that of another process.
  if (running.ok && running.value.pid === pid && running.value.build === own) return undefined;
  return 'The local cloud that runs is of another version. Stop it with: mymlops-client local down. Its runs go on, and the next command starts the new one.';
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
