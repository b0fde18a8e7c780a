// git's object formats, as far as a snapshot needs them: hashes, trees, a commit. Made here and not by git, so that
// nothing that the user, the machine or the repository configures (line endings, filters, signing, hooks) can change
// what is on disk, and so that nothing is written near the user's repository.
import { createHash } from 'node:crypto';

export type ObjectType = 'commit' | 'tree' | 'blob';

export interface TreeFile {
  /** Relative, with `/`. */
  path: string;
  mode: '100644' | '100755' | '120000';
  /** Of its blob. */
  hash: string;
}

export interface GitObject {
  type: ObjectType;
  hash: string;
  content: Buffer;
}

export function objectOf(type: ObjectType, content: Buffer): GitObject {
  return { type, hash: hashOf(type, content), content };
}

export function hashOf(type: ObjectType, content: Buffer): string {
  return createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex');
}

const SURROGATE = /[\ud800-\udfff]/;

type Folder = Map<string, TreeFile | Folder>;

/** All trees of the folder that holds `files`; the root comes last. */
export function buildTrees(files: readonly TreeFile[]): GitObject[] {
  const root: Folder = new Map();
  for (const file of files) {
    const names = file.path.split('/');
    const last = names.pop() ?? '';
    let folder = root;
    for (const name of names) folder = subfolder(folder, name);
    folder.set(last, file);
  }
  const trees: GitObject[] = [];
  addTrees(root, trees);
  return trees;
}

function subfolder(folder: Folder, name: string): Folder {
  const existing = folder.get(name);
  if (existing instanceof Map) return existing;
  const made: Folder = new Map();
  folder.set(name, made);
  return made;
}

function addTrees(folder: Folder, trees: GitObject[]): string {
  const rows = [...folder].map(([name, entry]) => {
    const isFolder = entry instanceof Map;
    const hash = isFolder ? addTrees(entry, trees) : entry.hash;
    // git sorts by bytes, a folder as if its name ended in a slash.
    return { sortKey: isFolder ? `${name}/` : name, mode: isFolder ? '40000' : entry.mode, name, hash };
  });
  rows.sort((left, right) => compareBytes(left.sortKey, right.sortKey));
  const content = Buffer.concat(
    rows.flatMap(({ mode, name, hash }) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(hash, 'hex')]),
  );
  const tree = objectOf('tree', content);
  trees.push(tree);
  return tree.hash;
}

/** Of their UTF-8. Without surrogates that is the order of strings, which takes less time. */
function compareBytes(left: string, right: string): number {
  if (SURROGATE.test(left) || SURROGATE.test(right)) return Buffer.compare(Buffer.from(left), Buffer.from(right));
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A parentless commit that depends on nothing but its tree: the same tree gives the same commit. */
export function snapshotCommit(tree: string): GitObject {
  const who = 'mymlops <mymlops@localhost> 0 +0000';
  return objectOf('commit', Buffer.from(`tree ${tree}\nauthor ${who}\ncommitter ${who}\n\nsnapshot\n`));
}
