// Reports to the control plane: their numbers, and that each state arrives.
import { destroyVms, startVm } from '../start-vm';

afterEach(destroyVms);

test('reports of one boot are numbered from one without a gap, and no state is sent twice', async () => {
  const vm = await startVm();
  await vm.ended();
  const { reports } = vm.google;
  expect(reports.map(({ seq }) => seq)).toEqual(reports.map((_, index) => index + 1));
  expect(new Set(reports.map(({ boot }) => boot)).size).toBe(1);
  expect(new Set(reports.map(({ state }) => JSON.stringify(state))).size).toBe(reports.length);
});

test('reports that are not taken are sent until they are, the newest state first', async () => {
  let refused = 0;
  const vm = await startVm({
    prepare: (google) => {
      google.fault = ({ path }) => (path.endsWith(':publish') && refused < 4 ? ((refused += 1), 503) : null);
    },
  });
  await vm.ended();
  expect(refused).toBe(4);
  expect(vm.google.reports[0]?.state.phases.publish).toBeDefined();
});

test('a report whose answer was lost comes again as the same message', async () => {
  const vm = await startVm({
    command: 'sleep 600;',
    metadata: { 'mymlops-max-run-seconds': '3', 'mymlops-heartbeat-seconds': '60' },
    prepare: (google) => {
      google.fault = ({ path, count }) => (path.endsWith(':publish') && count === 2 ? 'lost' : null);
    },
  });
  await vm.google.until('three reports', () => vm.google.reports.length === 3);
  expect(vm.google.reports[2]).toEqual(vm.google.reports[1]);
});
