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

/** What a folder's tree lists. */
interface Row {
  name: string;
  mode: TreeFile['mode'] | typeof FOLDER;
  hash: string;
}

const FOLDER = '40000';
const HASH_BYTES = 20;
const SURROGATE = /[\ud800-\udfff]/;

/** All trees of the folder that holds `files`; the root comes last. */
export function buildTrees(files: readonly TreeFile[]): GitObject[] {
  const folders = rowsByFolder(files);
  // A folder's hash is part of its parent's tree: the deepest come first.
  const byDepth = [...folders.keys()].toSorted((left, right) => depthOf(right) - depthOf(left));
  return byDepth.map((folder) => {
    const tree = treeOf(folders.get(folder) ?? []);
    if (folder !== '') folders.get(parentOf(folder))?.push({ name: nameOf(folder), mode: FOLDER, hash: tree.hash });
    return tree;
  });
}

/** Of each folder, by its path, the files; of those without any, none. The root's path is empty. */
function rowsByFolder(files: readonly TreeFile[]): Map<string, Row[]> {
  const folders = new Map<string, Row[]>([['', []]]);
  const rowsOf = (folder: string): Row[] => {
    const known = folders.get(folder);
    if (known) return known;
    rowsOf(parentOf(folder));
    const rows: Row[] = [];
    folders.set(folder, rows);
    return rows;
  };
  for (const { path, mode, hash } of files) rowsOf(parentOf(path)).push({ name: nameOf(path), mode, hash });
  return folders;
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const depthOf = (folder: string): number => (folder === '' ? 0 : folder.split('/').length);

function treeOf(rows: Row[]): GitObject {
  // git sorts by bytes, a folder as if its name ended in a slash.
  const sortKey = ({ name, mode }: Row): string => (mode === FOLDER ? `${name}/` : name);
  const compare = rows.some(({ name }) => SURROGATE.test(name)) ? compareBytes : compareUnits;
  rows.sort((left, right) => compare(sortKey(left), sortKey(right)));
  const sizes = rows.map(({ name, mode }) => mode.length + 1 + Buffer.byteLength(name) + 1 + HASH_BYTES);
  const content = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + size, 0));
  let at = 0;
  for (const { name, mode, hash } of rows) {
    at += content.write(`${mode} ${name}\0`, at);
    at += content.write(hash, at, 'hex');
  }
  return objectOf('tree', content);
}

const compareBytes = (left: string, right: string): number => Buffer.compare(Buffer.from(left), Buffer.from(right));

/** Without surrogates the order of strings is that of their UTF-8, and takes less time. */
const compareUnits = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** A parentless commit that depends on nothing but its tree: the same tree gives the same commit. */
export function snapshotCommit(tree: string): GitObject {
  const who = 'mymlops <mymlops@localhost> 0 +0000';
  return objectOf('commit', Buffer.from(`tree ${tree}\nauthor ${who}\ncommitter ${who}\n\nsnapshot\n`));
}
