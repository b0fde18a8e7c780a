// After an upgrade a local cloud of the earlier build may still run.
import { join } from 'node:path';
import { BUILD_FILE, RUNNING_BUILD_FILE } from '@mymlops/protocol';
import { noteBuild } from '../../../deploy/local/state/running-build';
import { otherBuildWarning } from '../../../client/src/local/other-build';
import { useTempFolders, writeFiles } from '../temp-folder';

const tempFolder = useTempFolders();

/** The warning of a client of the build `own` if a local cloud of the build `running` has this process's number. */
function warning({ own, running, pid = process.pid }: { own?: string; running: string | null; pid?: number }) {
  const [program, state] = [tempFolder(), tempFolder()];
  if (own !== undefined) writeFiles(program, { [BUILD_FILE]: own });
  noteBuild(state, running);
  const env = { MYMLOPS_HOME: state };
  return otherBuildWarning(pid, { env, localCloudProgram: join(program, 'main.mjs') });
}

const LINE =
  'The running local cloud is of another version. Stop it with: mymlops-client local down. Its runs continue, and the next command starts the new version.';

test.each<[string, Parameters<typeof warning>[0]]>([
  ['another build', { own: 'b', running: 'a' }],
  ['one that leaves no note', { own: 'b', running: null }],
  ["one that left another process's note as it was", { own: 'b', running: 'b', pid: process.pid + 1 }],
])('a local cloud of an earlier build took what this client sent, and nothing said so: %s', (_what, builds) => {
  expect(warning(builds)).toBe(LINE);
});

test.each<[string, Parameters<typeof warning>[0]]>([
  ['the same build', { own: 'b', running: 'b' }],
  ['a client that was not built', { running: 'b' }],
])('no warning: %s', (_what, builds) => {
  expect(warning(builds)).toBeUndefined();
});

test('a note that is damaged is that of another build', () => {
  const [program, state] = [tempFolder(), tempFolder()];
  writeFiles(program, { [BUILD_FILE]: 'b' });
  writeFiles(state, { [RUNNING_BUILD_FILE]: '{' });
  const env = { MYMLOPS_HOME: state };
  expect(otherBuildWarning(1, { env, localCloudProgram: join(program, 'main.mjs') })).toBe(LINE);
});
