// The Compute stand-in in a process of its own, for tests that kill it or take its disk away. Arguments: its folder, and
// how much faster than the real clock its own goes. Prints its address.
import { startCompute } from '../../../../deploy/local/compute';
import { startMetadata } from '../../../../deploy/local/metadata';
import { systemClock, type Clock } from '../../../../deploy/local/shared/clock';
import { serviceOptions } from '../harness';

const [folder = '', speed = '1'] = process.argv.slice(2);
const startMs = Date.now();
const clock: Clock = {
  now: () => startMs + (Date.now() - startMs) * Number(speed),
  after: (delayMs, run) => systemClock.after(delayMs / Number(speed), run),
};
const options = { ...serviceOptions(folder, { clock }), operationDelayMs: 4, startMetadata };
void startCompute(options).then(({ address }) => process.stdout.write(`${address}\n`));
