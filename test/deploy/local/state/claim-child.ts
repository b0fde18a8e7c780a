// Claims the folder and gives it back, again and again, as fast as it can. Arguments: folder, how often.
// Prints the times that it was the owner together with another process; fails on any error.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { claimFolder } from '../../../../deploy/local/state/lock';

const [folder = '', times = '0'] = process.argv.slice(2);
const owned = join(folder, 'owned');
let together = 0;
for (let n = 0; n < Number(times); n += 1) {
  const claim = claimFolder(folder);
  if (!('ownership' in claim)) continue;
  if (existsSync(owned)) together += 1;
  writeFileSync(owned, '');
  rmSync(owned);
  claim.ownership.release();
}
process.stdout.write(String(together));
