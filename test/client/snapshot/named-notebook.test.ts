// The notebook that is named on the command line is always part of the snapshot, as it is sent: without its outputs.
import { join } from 'node:path';
import { takeSnapshot } from '../../../client/src/snapshot/snapshot';
import { useTempFolders, writeFiles } from '../temp-folder';

const tempFolder = useTempFolders();

test.each([
  ['that git does not know', ''],
  ['that git ignores', '*.ipynb\n'],
])('a notebook %s with 30 MB of outputs was refused for its size on disk', async (_what, ignored) => {
  const folder = tempFolder();
  writeFiles(folder, { 'big.ipynb': Buffer.alloc(30 * 1024 * 1024, 120), '.gitignore': ignored });
  const stripped = Buffer.from('{}\n');
  const snapshot = await takeSnapshot({
    folder,
    replaced: new Map([['big.ipynb', stripped]]),
    stateFolder: join(folder, 'state'),
    env: { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1' },
    tempFolder: tempFolder(),
  });
  expect({ files: snapshot.files, bytes: snapshot.bytes }).toEqual({
    files: 2,
    bytes: stripped.length + ignored.length,
  });
});
