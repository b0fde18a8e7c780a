import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { requireGitVersion } from '../../../client/src/git/git-version';
import { useTempFolders, writeFiles } from '../temp-folder';

const tempFolder = useTempFolders();

/** A git that answers with this script. */
function checkGit(script: string): Promise<void> {
  const folder = tempFolder();
  writeFiles(folder, { git: `#!/bin/sh\n${script}\n` });
  chmodSync(join(folder, 'git'), 0o755);
  return requireGitVersion({ PATH: `${folder}:/usr/bin:/bin` });
}

test.each(['2.28.0', '2.39.5 (Apple Git-154)', '2.47.1.windows.1', '3.0.0'])('git %s will do', async (version) => {
  await expect(checkGit(`echo git version ${JSON.stringify(version)}`)).resolves.toBeUndefined();
});

test('without any git, publish said spawn git ENOENT', async () => {
  await expect(requireGitVersion({ PATH: tempFolder() })).rejects.toThrow('git is needed but not on the PATH');
});

test.each([
  ['echo git version 1.8.3.1', 'git version 1.8.3.1 is too old: 2.28 or newer is needed.'],
  ['echo git version 2.27.9', 'too old'],
  ['exit 1', 'printed nothing. git 2.28'],
  ['true', 'printed nothing'],
  ['echo "no such thing" >&2; exit 127', 'printed no such thing'],
])('a git that does %j was found out in the middle of a commit', async (script, sentence) => {
  await expect(checkGit(script)).rejects.toThrow(
    expect.objectContaining({ name: 'ExpectedError', message: expect.stringContaining(sentence) }),
  );
});
