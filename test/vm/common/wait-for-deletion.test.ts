// Behind the deletion by the control plane: an agent that nobody deletes repeats its last report, and then powers the
// VM off by itself.
import { destroyVms, startVm } from '../start-vm';

afterEach(destroyVms);

// A repeat comes every 30 s, of which the time that it takes itself is a small part.
test.each([
  ['after a quarter of an hour', '0', 20, 31],
  ['at the end of its keep time, where that is longer', '1260', 33, 43],
])('a VM that is not deleted powers itself off %s', async (_when, keepSeconds, least, most) => {
  const vm = await startVm({ hurried: true, metadata: { 'mymlops-keep-seconds': keepSeconds } });
  expect(await vm.exited).toBe(0);
  expect(vm.log()).toMatch(/power-off is skipped: this is not a Compute Engine VM\n$/);
  const { reports } = vm.google;
  const last = reports.at(-1);
  expect(last?.state.outcome).toBe(true);
  const repeats = reports.filter(({ seq }) => seq === last?.seq).length - 1;
  expect(repeats).toBeGreaterThanOrEqual(least);
  expect(repeats).toBeLessThanOrEqual(most);
});
