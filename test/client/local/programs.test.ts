import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requirePrograms } from '../../../client/src/local/programs';
import { useTempFolders, writeFiles } from '../temp-folder';

const tempFolder = useTempFolders();

test.each([
  [{ platform: 'linux' as const, osRelease: 'ID=ubuntu\nID_LIKE=debian\n' }, 'sudo apt-get install -y git curl'],
  [
    { platform: 'linux' as const, osRelease: 'ID="rocky"\nID_LIKE="rhel centos fedora"\n' },
    'sudo dnf install -y git curl',
  ],
  [{ platform: 'linux' as const, osRelease: 'ID=alpine\n' }, 'sudo apk add git curl'],
  [{ platform: 'darwin' as const, osRelease: '' }, 'brew install git curl'],
])('missing programs are named with the line that installs them', (system, line) => {
  expect(() => requirePrograms(['git', 'curl'], { PATH: tempFolder() }, system)).toThrow(line);
});

test('a program counts where it can be run', () => {
  const folder = tempFolder();
  writeFiles(folder, { git: '' });
  mkdirSync(join(folder, 'sub', 'git'), { recursive: true });
  expect(() => requirePrograms(['git'], { PATH: join(folder, 'sub') })).toThrow('git is needed');
  expect(() => requirePrograms(['git'], { PATH: folder })).toThrow('git is needed');
  expect(() => requirePrograms(['git'], { PATH: process.env['PATH'] })).not.toThrow();
});

test('on Windows a program is found by its ending', () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'git.exe'), '', { mode: 0o755 });
  const system = (platform: NodeJS.Platform) => ({ platform, osRelease: '' });
  expect(() => requirePrograms(['git'], { PATH: folder }, system('win32'))).not.toThrow();
  expect(() => requirePrograms(['git'], { PATH: folder }, system('linux'))).toThrow('git is needed');
});
