// The local Firestore in a process of its own, which tells its address, and its number of calls to whoever asks.
import { systemClock } from '../../deploy/local/clock';
import { startFirestore } from '../../deploy/local/firestore';
import { createGuard } from '../../deploy/local/guard';

const [, , folder = '', token = ''] = process.argv;
const guard = createGuard(token);
let calls = 0;
const counting: typeof guard = {
  ...guard,
  refusal(headers, roles) {
    calls++;
    return guard.refusal(headers, roles);
  },
};
process.on('message', () => process.send?.({ calls }));
process.on('disconnect', () => process.exit());
void startFirestore({ folder, port: 0, guard: counting, clock: systemClock, log: () => undefined }).then(
  ({ address }) => process.send?.({ address }),
);
