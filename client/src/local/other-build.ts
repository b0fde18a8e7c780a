// Warns about a running local cloud of another build than this client, as after an upgrade.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BUILD_FILE, parseJson, RUNNING_BUILD_FILE, runningBuild } from '@mymlops/protocol';
import type { Context } from '../core/context';
import { stateFolder } from './state-folder';

/** A line for the user; undefined if it is the same build, or the client's own build is not known. */
export function otherBuildWarning(
  pid: number,
  context: Pick<Context, 'env' | 'localCloudProgram'>,
): string | undefined {
  const own = textOf(join(dirname(context.localCloudProgram), BUILD_FILE));
  if (own === undefined) return undefined;
  const running = parseJson(runningBuild, textOf(join(stateFolder(context.env), RUNNING_BUILD_FILE)) ?? '');
  // An earlier build writes no such file, or the file is of another process.
  if (running.ok && running.value.pid === pid && running.value.build === own) return undefined;
  return 'The running local cloud is of another version. Stop it with: mymlops-client local down. Its runs continue, and the next command starts the new version.';
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
