// A Firestore stand-in in a process of its own, to be killed: folder and token are its arguments.
import { systemClock } from '../../../../deploy/local/shared/clock';
import { startFirestore } from '../../../../deploy/local/firestore';
import { createAuth } from '../../../../deploy/local/shared/auth';

const [, , folder = '', token = ''] = process.argv;
const options = { folder, port: 0, auth: createAuth(token), clock: systemClock, log: () => undefined };
void startFirestore(options).then(({ address }) => process.stdout.write(`${address}\n`));
