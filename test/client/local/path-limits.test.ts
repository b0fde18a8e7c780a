// Paths that are too long for a run are reported before anything starts.
import { join } from 'node:path';
import { requireShortPath, requireShortState } from '../../../client/src/local/path-limits';
import { vmsFolderOf } from '../../../deploy/local/compute/vms-folder';
import { vmFiles } from '../../../deploy/local/compute/vm-process';

const STATE = '/home/ada/.local/state/mymlops';
/** Of a VM of the local cloud, as it makes it. */
const repository = join(vmFiles(join(vmsFolderOf(join(STATE, 'compute')), '4611686018427387904')).home, 'repo');

/** A path of nested folders, of this length. */
const pathOf = (length: number): string =>
  'folder/'
    .repeat(length)
    .slice(0, length - 1)
    .concat('x');

test.each([
  ['linux', STATE, 4063 - repository.length - 1],
  ['darwin', STATE, 991 - repository.length - 1],
  ['linux', null, 4063 - '/root/repo/'.length],
  ['darwin', null, 4063 - '/root/repo/'.length], // the VM is a Linux
] as const)('on %s below %s a path of %i bytes fits, and no longer one', (platform, state, most) => {
  expect(requireShortPath(pathOf(most), state, platform)).toBeUndefined();
  expect(() => requireShortPath(pathOf(most + 1), state, platform)).toThrow(
    /is too long for a run: .* Shorten it.*: folder\//,
  );
});

test('bytes count, not letters', () => {
  expect(() => requireShortPath('ü'.repeat(600), STATE, 'darwin')).toThrow('too long');
});

test('a state folder leaves its VMs room', () => {
  expect(requireShortState(STATE, 'darwin')).toBeUndefined();
  expect(() => requireShortState(`/${'x/'.repeat(450)}`, 'darwin')).toThrow(/has 901 bytes, .* Set MYMLOPS_HOME/);
  expect(requireShortState(`/${'x/'.repeat(450)}`, 'linux')).toBeUndefined();
  expect(() => requireShortState(`/${'x/'.repeat(1950)}`, 'linux')).toThrow(/has 3901 bytes, .* Set MYMLOPS_HOME/);
});
