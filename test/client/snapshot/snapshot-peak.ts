// A process that takes the snapshot of a folder, writes its bundle, and prints how much memory it had at most, in kB.
import { readFileSync } from 'node:fs';
import { takeSnapshot } from '../../../client/src/snapshot/snapshot';

const [folder = '', tempFolder = '', bundle = ''] = process.argv.slice(2);

void takeSnapshot({ folder, replaced: new Map(), stateFolder: '/nonexistent', env: process.env, tempFolder })
  .then((snapshot) => snapshot.writeBundle(bundle))
  .then(() => console.log(peakKb()));

/** Not by maxRSS alone, which on Linux includes that of the parent. */
function peakKb(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS;
  return Number(/VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
}
