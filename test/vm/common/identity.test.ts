// The identity token that goes with every report.
import { destroyVms, startVm } from '../start-vm';

afterEach(destroyVms);

test('one token serves all reports of half an hour', async () => {
  const vm = await startVm();
  await vm.ended();
  expect(vm.google.reports.length).toBeGreaterThan(2);
  expect(vm.google.identities).toHaveLength(1);
});

test('a token that is about to end is fetched anew', async () => {
  const vm = await startVm({ prepare: (google) => (google.identitySeconds = 30) });
  await vm.ended();
  expect(vm.google.identities.length).toBeGreaterThan(2);
});
