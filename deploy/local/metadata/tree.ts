// What a VM's metadata server knows, as the tree that its paths walk, and the two forms in which Google's prints it.

/** An id is a bigint: it is a bare number in JSON, and wider than a JavaScript number. */
export type Leaf = string | bigint | readonly string[];
export interface Directory {
  readonly [name: string]: Leaf | Directory;
}

export interface TreeSource {
  id: string;
  name: string;
  zone: string;
  machineType: string;
  preempted: boolean;
  tags: readonly string[];
  attributes: Readonly<Record<string, string>>;
  serviceAccounts: readonly { email: string; scopes: readonly string[] }[];
  projectId: string;
  projectNumber: string;
}

export function treeOf(source: TreeSource): Directory {
  const project = `projects/${source.projectNumber}`;
  const account = source.serviceAccounts[0];
  const accountNode = account && { aliases: ['default'], email: account.email, scopes: account.scopes };
  return {
    instance: {
      attributes: source.attributes,
      hostname: `${source.name}.${source.zone}.c.${source.projectId}.internal`,
      id: BigInt(source.id),
      'machine-type': `${project}/machineTypes/${source.machineType}`,
      name: source.name,
      preempted: source.preempted ? 'TRUE' : 'FALSE',
      'service-accounts': accountNode ? { [accountNode.email]: accountNode, default: accountNode } : {},
      tags: source.tags,
      zone: `${project}/zones/${source.zone}`,
    },
    project: {
      attributes: {},
      'numeric-project-id': BigInt(source.projectNumber),
      'project-id': source.projectId,
    },
  };
}

export function isDirectory(node: Leaf | Directory): node is Directory {
  return typeof node === 'object' && !Array.isArray(node);
}

/** The node at `path` (names between slashes), or null. */
export function nodeAt(root: Directory, path: readonly string[]): Leaf | Directory | null {
  let node: Leaf | Directory = root;
  for (const name of path) {
    if (!isDirectory(node) || !Object.hasOwn(node, name)) return null;
    node = node[name] ?? {};
  }
  return node;
}

/** Plain text: a leaf's value, a directory's names, or with `recursive` one line `path value` a leaf. */
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

/** JSON as Google's prints it: names in camelCase, except those that users chose (attributes, accounts). */
export function jsonOf(node: Leaf | Directory, userNames = false): string {
  if (typeof node === 'bigint') return String(node);
  if (!isDirectory(node)) return JSON.stringify(node);
  const fields = Object.entries(node).map(([name, child]) => {
    const key = userNames ? name : name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    return `${JSON.stringify(key)}:${jsonOf(child, name === 'attributes' || name === 'service-accounts')}`;
  });
  return `{${fields.join(',')}}`;
}
