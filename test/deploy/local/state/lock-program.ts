// Locks the folder and releases it, again and again, as fast as it can. Arguments: folder, how often.
// Prints how often another process was the owner at the same time; fails on any error.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tryLock } from '../../../../deploy/local/state/lock';

const [folder = '', times = '0'] = process.argv.slice(2);
const owned = join(folder, 'owned');
let together = 0;
for (let n = 0; n < Number(times); n += 1) {
  const attempt = tryLock(folder);
  if (!('lock' in attempt)) continue;
  if (existsSync(owned)) together += 1;
  writeFileSync(owned, '');
  rmSync(owned);
  attempt.lock.release();
}
process.stdout.write(String(together));
