// The Compute stand-in as a process of its own, for tests that kill it or take its disk away. Bundled by child.ts.
import { systemClock, type Clock } from '../../../../deploy/local/shared/clock';
import { startCompute } from '../../../../deploy/local/compute';
import { startMetadata } from '../../../../deploy/local/metadata';
import { createAuth } from '../../../../deploy/local/shared/auth';

const [folder = '', token = '', speed = '1'] = process.argv.slice(2);
const startMs = Date.now();
const clock: Clock = {
  now: () => startMs + (Date.now() - startMs) * Number(speed),
  after: (delayMs, run) => systemClock.after(delayMs / Number(speed), run),
};
const options = { folder, port: 0, auth: createAuth(token), clock, log: () => undefined };
void startCompute({ ...options, operationDelayMs: 4, startMetadata }).then(({ address }) =>
  process.stdout.write(`${address}\n`),
);
