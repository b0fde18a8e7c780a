// The Compute stand-in as a process of its own, for the test that kills it. Bundled by restart.test.ts.
import { systemClock } from '../../deploy/local/clock';
import { startCompute } from '../../deploy/local/compute';
import { createGuard } from '../../deploy/local/guard';

const [folder = '', token = ''] = process.argv.slice(2);
const options = { folder, port: 0, guard: createGuard(token), clock: systemClock, log: () => undefined };
void startCompute({ ...options, operationDelayMs: 4 }).then(({ address }) => process.stdout.write(`${address}\n`));
