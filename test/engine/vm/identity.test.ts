// Whether a report, or a resource in the cloud, is of the VM that it names.
import { identityProblem, isSameVm, type Claims } from '../../../functions/src/engine/vm/identity';
import { aStart, at, aVm, msAt } from '../../fakes/builders';

const CLAIMS: Claims = {
  ...{ audience: 'run/1', project: 'own', zone: 'z-a', vm: 'vm-1', vmId: '17' },
  createdMs: msAt(5),
};
const VM = { name: 'vm-1', zone: 'z-a' };

const AUDIENCE = 'the token is for another audience';
const PROJECT = 'the VM is of another project';
const RECORDED = 'the VM is not the recorded one';
const ANOTHER = 'a VM of the same name, but another one';
const OLDER = 'the VM is older than the decision to make it';

test.each<[what: string, claims: Partial<Claims>, vm: Parameters<typeof aVm>[0], problem: string | undefined]>([
  ['as recorded, its id not yet known', {}, {}, undefined],
  ['with the id of the insert', {}, { id: '17' }, undefined],
  ['with the id of its first token', {}, { reportedId: '17' }, undefined],
  ['the id of the insert counts more than that of the first token', {}, { id: '17', reportedId: '18' }, undefined],
  ['with another id than that of the insert', {}, { id: '18', reportedId: '17' }, ANOTHER],
  ['with another id than that of its first token', {}, { reportedId: '18' }, ANOTHER],
  ['of another audience', { audience: 'run/2' }, { id: '17' }, AUDIENCE],
  ['of another project', { project: 'other' }, { id: '17' }, PROJECT],
  ['of another zone', { zone: 'z-b' }, { id: '17' }, RECORDED],
  ['of another name', { vm: 'vm-2' }, { id: '17' }, RECORDED],
  ['made ten seconds before the decision, by its clock', { createdMs: msAt(-10) }, {}, undefined],
  ['made earlier than that', { createdMs: msAt(-10.001) }, {}, OLDER],
  ['made earlier than that, but with the known id', { createdMs: msAt(-9999) }, { id: '17' }, undefined],
  ['made earlier, with another id', { createdMs: msAt(-9999) }, { id: '18' }, ANOTHER],
  // The first thing that is wrong is named.
  ['of another audience and project', { audience: 'x', project: 'x', zone: 'x', vmId: 'x' }, { id: '17' }, AUDIENCE],
  ['of another project and name', { project: 'x', vm: 'x', vmId: 'x' }, { id: '17' }, PROJECT],
  ['of another name and id', { vm: 'x', vmId: 'x' }, { id: '17' }, RECORDED],
])('a token %s', (_what, claims, vm, problem) => {
  const expected = { audience: 'run/1', project: 'own', vm: aVm({ ...VM, ...vm }) };
  expect(identityProblem({ ...CLAIMS, ...claims }, expected)).toBe(problem);
});

test('the decision to make the VM counts, not that to start it again', () => {
  const vm = aVm({ ...VM, periods: { 1: { start: aStart() }, 2: { start: aStart({ at: at(9999) }) } } });
  expect(identityProblem(CLAIMS, { audience: 'run/1', project: 'own', vm })).toBeUndefined();
});

const LABELS = { run: 'r', attempt: '1' };

test.each<[what: string, id: string, labels: Record<string, string>, vm: Parameters<typeof aVm>[0], isSame: boolean]>([
  ['its labels, its id not yet known', '17', LABELS, {}, true],
  ['its labels, and more', '17', { ...LABELS, mine: 'x' }, {}, true],
  ['its labels, and its id written otherwise', '017', LABELS, { id: '17' }, true],
  ['its id, and its labels taken off', '17', {}, { id: '17' }, true],
  ["its first token's id, and its labels taken off", '17', {}, { reportedId: '17' }, true],
  ["the first token's id, where the insert's is another", '17', {}, { id: '18', reportedId: '17' }, false],
  ['one label is another', '17', { run: 'r', attempt: '2' }, {}, false],
  ['one label is missing', '17', { run: 'r' }, {}, false],
  ['no label, its id not known', '17', {}, {}, false],
  ['no label, another id', '17', {}, { id: '18' }, false],
])('found under its name with %s: the same VM %s', (_what, id, labels, vm, isSame) => {
  expect(isSameVm({ id, labels }, aVm({ ...VM, ...vm }), LABELS)).toBe(isSame);
});
