// A process that takes the snapshot of a folder, writes its bundle, and prints how much memory it had at most, in kB.
import { takeSnapshot } from '../../../client/src/source/snapshot';

const [folder = '', scratch = '', bundle = ''] = process.argv.slice(2);

void takeSnapshot({ folder, replaced: new Map(), stateFolder: '/nonexistent', env: process.env, scratch })
  .then((snapshot) => snapshot.writeBundle(bundle))
  .then(() => console.log(process.resourceUsage().maxRSS));
