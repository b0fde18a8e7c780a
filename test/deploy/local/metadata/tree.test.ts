// The tree of a VM's metadata: paths, and the two forms in which it is printed.
import type { DescribedVm } from '../../../../deploy/local/shared/metadata-server';
import { isDirectory, jsonOf, nodeAt, textOf, treeOf } from '../../../../deploy/local/metadata/tree';

const VM: DescribedVm = {
  ...{
    id: '9007199254740993',
    name: 'vm',
    zone: 'local-a',
    machineType: 'e2-small',
    preempted: true,
    tags: ['a', 'b'],
  },
  ...{ attributes: { 'startup-script': 'echo', run: 'r' }, projectId: 'local', projectNumber: '12' },
  serviceAccounts: [{ email: 'x@y', scopes: ['s1', 's2'] }],
  image: 'projects/local/global/images/torch-1',
};
const tree = treeOf(VM);
const at = (path: string) => nodeAt(tree, path.split('/').filter(Boolean));

test.each([
  ['instance/id', '9007199254740993'],
  ['instance/hostname', 'vm.local-a.c.local.internal'],
  ['instance/zone', 'projects/12/zones/local-a'],
  ['instance/image', 'projects/local/global/images/torch-1'],
  ['instance/machine-type', 'projects/12/machineTypes/e2-small'],
  ['instance/preempted', 'TRUE'],
  ['instance/tags', 'a\nb\n'],
  ['instance/attributes/run', 'r'],
  ['instance/attributes', 'startup-script\nrun\n'],
  ['instance/service-accounts', 'x@y/\ndefault/\n'],
  ['instance/service-accounts/default/scopes', 's1\ns2\n'],
  ['project/numeric-project-id', '12'],
  ['', 'instance/\nproject/\n'],
])('%s is printed as %j', (path, text) => {
  expect(textOf(at(path) ?? '', false)).toBe(text);
});

test.each(['instance/none', 'instance/id/none', 'instance/attributes/toString', 'none'])('there is no %s', (path) => {
  expect(at(path)).toBeNull();
});

test('a directory is distinguished from a leaf', () => {
  expect(['instance', 'instance/tags', 'instance/id'].map((path) => isDirectory(at(path) ?? ''))).toEqual([
    true,
    false,
    false,
  ]);
});

test('a directory as a text of all its leaves', () => {
  expect(textOf(at('project') ?? '', true)).toBe('numeric-project-id 12\nproject-id local\n');
});

test('JSON has camelCase names, but for those that users chose; ids are bare numbers', () => {
  expect(jsonOf(at('project') ?? '')).toBe('{"attributes":{},"numericProjectId":12,"projectId":"local"}');
  expect(jsonOf(at('instance/id') ?? '')).toBe('9007199254740993');
  const instance = JSON.parse(jsonOf(at('instance') ?? '')) as Record<string, unknown>;
  expect(instance).toMatchObject({
    attributes: { 'startup-script': 'echo', run: 'r' },
    machineType: 'projects/12/machineTypes/e2-small',
    serviceAccounts: { default: { aliases: ['default'], email: 'x@y', scopes: ['s1', 's2'] } },
  });
});

test('the metadata names no image that is not known', () => {
  expect(nodeAt(treeOf({ ...VM, image: undefined }), ['instance', 'image'])).toBeNull();
});

test('a VM without a service account has none', () => {
  expect(nodeAt(treeOf({ ...VM, serviceAccounts: [] }), ['instance', 'service-accounts'])).toEqual({});
});
