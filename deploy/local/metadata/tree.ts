// The contents of a VM's metadata server, as the tree of its paths, and Google's two output formats.
import type { DescribedVm } from '../shared/metadata-server';

/** An id is a bigint: a bare number in JSON, and wider than a JavaScript number. */
export type Leaf = string | bigint | readonly string[];
export interface Directory {
  readonly [name: string]: Leaf | Directory;
}

export function treeOf(vm: DescribedVm): Directory {
  const project = `projects/${vm.projectNumber}`;
  const account = vm.serviceAccounts[0];
  const accountNode = account && { aliases: ['default'], email: account.email, scopes: account.scopes };
  return {
    instance: {
      attributes: vm.attributes,
      hostname: `${vm.name}.${vm.zone}.c.${vm.projectId}.internal`,
      id: BigInt(vm.id),
      ...(vm.image !== undefined && { image: vm.image }),
      'machine-type': `${project}/machineTypes/${vm.machineType}`,
      name: vm.name,
      preempted: vm.preempted ? 'TRUE' : 'FALSE',
      'service-accounts': accountNode ? { [accountNode.email]: accountNode, default: accountNode } : {},
      tags: vm.tags,
      zone: `${project}/zones/${vm.zone}`,
    },
    project: {
      attributes: {},
      'numeric-project-id': BigInt(vm.projectNumber),
      'project-id': vm.projectId,
    },
  };
}

export function isDirectory(node: Leaf | Directory): node is Directory {
  return typeof node === 'object' && !Array.isArray(node);
}

/** The node at `path` (the names between slashes), or null. */
export function nodeAt(root: Directory, path: readonly string[]): Leaf | Directory | null {
  let node: Leaf | Directory = root;
  for (const name of path) {
    if (!isDirectory(node) || !Object.hasOwn(node, name)) return null;
    node = node[name] ?? {};
  }
  return node;
}

/** Plain text: a leaf's value, a directory's names, or with `recursive` a line `path value` for each leaf. */
export function textOf(node: Leaf | Directory, recursive: boolean): string {
  if (!isDirectory(node)) return leafText(node);
  if (recursive) return leavesBelow(node, '').join('');
  return Object.entries(node)
    .map(([name, child]) => `${name}${isDirectory(child) ? '/' : ''}\n`)
    .join('');
}

function leavesBelow(directory: Directory, prefix: string): string[] {
  return Object.entries(directory).flatMap(([name, child]) =>
    isDirectory(child)
      ? leavesBelow(child, `${prefix}${name}/`)
      : [`${prefix}${name} ${leafText(child).replace(/\n$/, '')}\n`],
  );
}

function leafText(leaf: Leaf): string {
  return typeof leaf === 'object' ? leaf.map((line) => `${line}\n`).join('') : String(leaf);
}

/** JSON in Google's form: names in camelCase, except those that users chose (attributes, accounts). */
export function jsonOf(node: Leaf | Directory, userNames = false): string {
  if (typeof node === 'bigint') return String(node);
  if (!isDirectory(node)) return JSON.stringify(node);
  const fields = Object.entries(node).map(([name, child]) => {
    const key = userNames ? name : name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    return `${JSON.stringify(key)}:${jsonOf(child, name === 'attributes' || name === 'service-accounts')}`;
  });
  return `{${fields.join(',')}}`;
}
