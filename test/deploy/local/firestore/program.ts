// A Firestore stand-in in a process of its own, to be killed. Argument: its folder. Prints its address.
import { startFirestore } from '../../../../deploy/local/firestore';
import { serviceOptions } from '../harness';

const [folder = ''] = process.argv.slice(2);
void startFirestore(serviceOptions(folder)).then(({ address }) => process.stdout.write(`${address}\n`));
