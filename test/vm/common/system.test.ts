// Installing what is missing, with nothing to install it with: an image that was made from Rocky Linux, for one.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const SCRIPT = join(__dirname, '../../../functions/vm/common/21-system.sh');

test('without apt-get the log says at once what is missing, and nothing waits for it', () => {
  const program =
    'note() { printf "%s\\n" "$*"; }; pause() { note paused; }; . "$1"; PATH=/nonexistent; install_packages git curl';
  const said = execFileSync('/bin/bash', ['-c', program, 'bash', SCRIPT], { encoding: 'utf8' });
  expect(said).toBe(
    'missing in this image: git curl. There is no apt-get to install it with: make an image that has it\n',
  );
});
