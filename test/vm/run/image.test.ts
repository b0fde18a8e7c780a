// The image that the VM's disk was made of, as its metadata server names it.
import { VM_IMAGE } from '../../fakes/vm-google';
import { destroyVms, startVm } from '../start-vm';

afterEach(destroyVms);

test('a run did not say which image it used: a family of images moves on', async () => {
  const vm = await startVm();
  await vm.ended();
  expect(vm.google.reports.map(({ state }) => state.image)).toEqual(vm.google.reports.map(() => VM_IMAGE));
});

test('the last report of a VM that goes down names it as well', async () => {
  const vm = await startVm({ command: 'exec sleep 600 #' });
  await vm.google.until('the command', () => vm.google.reports.some(({ state }) => state.phase === 'execute'));
  await vm.shutDown();
  expect(vm.google.reports.find(({ writer }) => writer === 'shutdown')?.state.image).toBe(VM_IMAGE);
});

test.each([
  ['answers 404, as where the disk was made of a snapshot', undefined],
  ['answers nothing', ''],
  ['answers something else than a name', '<html>"no"</html>'],
])('a run needs no name of its image: the metadata server %s', async (_, image) => {
  const vm = await startVm({ prepare: (google) => (google.image = image) });
  await vm.ended();
  expect([vm.state().image, vm.state().command?.exit]).toEqual([undefined, 0]);
  expect(vm.google.metadataCalls.filter((path) => path === 'attributes/')).toHaveLength(1);
});
