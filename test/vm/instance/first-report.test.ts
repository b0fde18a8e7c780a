// The first report of an instance, where its agent has news before it has a phase to report.
import { CONTROL_KEY } from '@mymlops/protocol';
import { destroyVms } from '../local-vm';
import { INSTANCE_PREFIX, startInstance } from './start-instance';

afterEach(destroyVms);

test('news that come before the first phase is reported come with it', async () => {
  let hear: (log: () => string) => void = () => {};
  const heard = new Promise<() => string>((resolve) => (hear = resolve));
  const vm = await startInstance({
    prepare(google) {
      google.fault = async ({ method, name }) => {
        if (method !== 'POST' || name !== `${INSTANCE_PREFIX}token`) return null;
        const log = await heard;
        while (!log().includes('proposal 7: vetoed')) await new Promise(setImmediate);
        return null;
      };
    },
  });
  const { google } = vm;
  const listens = ({ length }: string[]): boolean => length > 1; // the first look is at what was there before
  await google.until('its listening', () =>
    listens(google.metadataCalls.filter((path) => path === `attributes/${CONTROL_KEY}`)),
  );
  vm.tell({ stopIn: 3000, proposal: 7 });
  hear(vm.log);
  await vm.until('the answer', ({ answer }) => answer?.proposal === 7);
  await vm.until('ready', ({ phase }) => phase === 'serve');
  expect(google.reports[0]?.state.phases.source).toBeDefined();
});
