// Whose a VM or disk with our label is, whether it may stay, and when it is deleted.
import {
  isPastGracePeriod,
  mayBeDeleted,
  ownershipOf,
  type FoundResource,
  type History,
  type Ownership,
} from '../../functions/src/engine/orphans';
import type { Resources, WantedDisk, WantedVm } from '../../functions/src/engine/vm/resources';
import { at, aVm, msAt } from '../fakes/builders';

const found = (overrides: Partial<FoundResource> = {}): FoundResource => ({
  ...{ resource: 'vm', name: 'vm-1', zone: 'z-a', labels: {} },
  ...overrides,
});
const vm = (wanted: WantedVm['wanted'], overrides: Parameters<typeof aVm>[0] = {}, number = 1): WantedVm => ({
  number,
  vm: aVm({ name: 'vm-1', zone: 'z-a', ...overrides }),
  wanted,
});
const disk = (wanted: WantedDisk['wanted'], overrides: Partial<WantedDisk> = {}): WantedDisk => ({
  ...{ number: 1, name: 'vm-1', zone: 'z-a', wanted },
  ...overrides,
});
const history = (resources: Partial<Resources>, isSettled = false): History => ({
  known: true,
  resources: { vms: [], disks: [], ...resources },
  isSettled,
});

const GONE = { goneAt: at(60) };
const OWNER = { id: 'run', vm: 1 };
const DISK = found({ resource: 'disk' });

test.each<[what: string, found: FoundResource, history: History, ownership: Ownership]>([
  ['of a document that nobody knows', found(), { known: false, isRemoved: false }, 'orphan'],
  ['of a document that was removed', found(), { known: false, isRemoved: true }, 'unneeded'],
  ['a VM that is wanted on', found(), history({ vms: [vm('on')] }), 'owned'],
  ['a VM that is wanted off', found(), history({ vms: [vm('off')] }), 'owned'],
  ['a VM that is wanted on, of a settled document', found(), history({ vms: [vm('on')] }, true), 'owned'],
  ['a VM that the live document is about to delete', found(), history({ vms: [vm('absent')] }), 'owned'],
  ['a VM that a settled document left', found(), history({ vms: [vm('absent')] }, true), 'unneeded'],
  ['a VM wanted on that is there again', found(), history({ vms: [vm('on', GONE)] }), 'unneeded'],
  ['a VM wanted off that is there again', found(), history({ vms: [vm('off', GONE)] }), 'unneeded'],
  ['a VM wanted absent that is there again', found(), history({ vms: [vm('absent', GONE)] }), 'unneeded'],
  ['the same of a settled document', found(), history({ vms: [vm('absent', GONE)] }, true), 'unneeded'],
  ['a copy of another name', found({ name: 'copy' }), history({ vms: [vm('on')] }), 'unneeded'],
  ['a copy in another zone', found({ zone: 'z-b' }), history({ vms: [vm('on')] }), 'unneeded'],
  ['a VM of a number that the document does not have', found(), history({ vms: [vm('on', {}, 2)] }), 'unneeded'],
  [
    'the second VM of a document whose first is gone',
    found(),
    history({ vms: [vm('absent', { name: 'vm-0', ...GONE }, 2), vm('on')] }),
    'owned',
  ],
  ['a disk of a VM that is wanted on', DISK, history({ vms: [vm('on')] }), 'owned'],
  ['a disk of a VM that is to be deleted', DISK, history({ vms: [vm('absent')] }), 'owned'],
  ['a disk that a settled document left', DISK, history({ vms: [vm('absent')] }, true), 'unneeded'],
  ['a disk of a VM that is gone', DISK, history({ vms: [vm('on', GONE)] }), 'unneeded'],
  [
    'a disk that is kept, of a VM that is gone',
    DISK,
    history({ vms: [vm('absent', GONE)], disks: [disk('kept')] }, true),
    'owned',
  ],
  ['a disk that is kept, of a VM that left the document', DISK, history({ disks: [disk('kept')] }), 'owned'],
  [
    'a disk that is no longer kept, of a VM that is gone',
    DISK,
    history({ vms: [vm('absent', GONE)], disks: [disk('absent')] }),
    'unneeded',
  ],
  [
    'a disk that is no longer kept, of a VM that is wanted on',
    DISK,
    history({ vms: [vm('on')], disks: [disk('absent')] }),
    'owned',
  ],
  ['a copy of a kept disk, by name', DISK, history({ disks: [disk('kept', { name: 'other' })] }), 'unneeded'],
  ['a copy of a kept disk, by zone', DISK, history({ disks: [disk('kept', { zone: 'z-b' })] }), 'unneeded'],
  [
    'a disk, where that of another number is kept',
    DISK,
    history({ vms: [vm('absent', GONE)], disks: [disk('kept', { number: 2 })] }),
    'unneeded',
  ],
  [
    'a VM that is gone and there again, where its disk is kept',
    found(),
    history({ vms: [vm('absent', GONE)], disks: [disk('kept')] }),
    'unneeded',
  ],
])('%s', (_what, resource, known, ownership) => {
  expect(ownershipOf(resource, OWNER, known)).toBe(ownership);
});

test.each<[string, History]>([
  ['is known', history({ vms: [vm('on')] }, true)],
  ['was removed', { known: false, isRemoved: true }],
])('what names no owner is an orphan, though a document %s', (_what, known) => {
  expect(ownershipOf(found(), undefined, known)).toBe('orphan');
});

test.each([
  [599.999, 600, false],
  [600, 600, true],
  [601, 600, true],
  [-1, 600, false],
  [0, 0, true],
])('a candidate first seen %d s ago, with a grace period of %d s, is past it: %s', (seconds, graceSeconds, isPast) => {
  expect(isPastGracePeriod({ firstSeenAt: at(0) }, graceSeconds, msAt(seconds))).toBe(isPast);
});

const NEW = { firstSeenAt: at(1) };
const OLD = { firstSeenAt: at(0) };

test.each<[Ownership, string, { firstSeenAt: string } | undefined, boolean]>([
  ['owned', 'that is not a candidate', undefined, false],
  ['owned', 'that was a candidate long ago', OLD, false],
  ['unneeded', 'that is not a candidate', undefined, true],
  ['unneeded', 'that is a new candidate', NEW, true],
  ['orphan', 'that is not a candidate yet', undefined, false],
  ['orphan', 'that is a new candidate', NEW, false],
  ['orphan', 'that is a candidate past the grace period', OLD, true],
])('of what is %s, one %s may be deleted: %s', (ownership, _what, candidate, may) => {
  expect(mayBeDeleted(ownership, candidate, { graceSeconds: 600, nowMs: msAt(600) })).toBe(may);
});
