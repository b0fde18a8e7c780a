// git's object formats, as far as a snapshot needs them: hashes, trees, a commit. Written here and not by git, so that no
// configuration of the user, the computer or the repository (line endings, filters, signing, hooks) can change a content,
// and so that nothing is written into the user's repository.
import { type Hash, createHash } from 'node:crypto';

export type ObjectType = 'commit' | 'tree' | 'blob';

export interface TreeFile {
  /** Relative, with `/`. */
  path: string;
  mode: '100644' | '100755' | '120000';
  /** Hash of its blob. */
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
  return startHash(type, content.length).update(content).digest('hex');
}

/** Starts the hash of a content of `bytes`, to be added in pieces. */
export const startHash = (type: ObjectType, bytes: number): Hash => createHash('sha1').update(`${type} ${bytes}\0`);

/** An entry of a tree: a file or a folder, by its path. */
interface Row {
  path: string;
  mode: TreeFile['mode'] | typeof FOLDER;
  hash: string;
}

const FOLDER = '40000';
const HASH_BYTES = 20;
const SURROGATE = /[\ud800-\udfff]/;

/** All trees of the folder with `files`; the root is the last. */
export function buildTrees(files: readonly TreeFile[]): GitObject[] {
  const folders = rowsByFolder(files);
  // A folder's hash is part of its parent's tree, so the deepest folders come first.
  const byDepth = [...folders.keys()].toSorted((left, right) => depthOf(right) - depthOf(left));
  return byDepth.map((folder) => {
    const tree = treeOf(folders.get(folder) ?? []);
    if (folder !== '') folders.get(parentOf(folder))?.push({ path: folder, mode: FOLDER, hash: tree.hash });
    return tree;
  });
}

/** The files of each folder, by the folder's path, also for folders that contain only folders. The root's path is empty. */
function rowsByFolder(files: readonly TreeFile[]): Map<string, Row[]> {
  const root: Row[] = [];
  const folders = new Map<string, Row[]>([['', root]]);
  const rowsOf = (folder: string): Row[] => {
    const known = folders.get(folder);
    if (known) return known;
    rowsOf(parentOf(folder));
    const rows: Row[] = [];
    folders.set(folder, rows);
    return rows;
  };
  // The next file is usually in the same folder as the last one.
  let last = { folder: '', rows: root };
  for (const file of files) {
    const folder = parentOf(file.path);
    if (folder !== last.folder) last = { folder, rows: rowsOf(folder) };
    last.rows.push(file);
  }
  return folders;
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const depthOf = (folder: string): number => (folder === '' ? 0 : folder.split('/').length);

function treeOf(rows: readonly Row[]): GitObject {
  // git sorts names by bytes, and a folder as if its name ended in a slash. All paths here have the same parent.
  const sortKey = ({ path, mode }: Row): string => (mode === FOLDER ? `${path}/` : path);
  const compare = rows.some(({ path }) => SURROGATE.test(path)) ? compareBytes : compareUnits;
  const sorted = inOrder(rows, (left, right) => compare(sortKey(left), sortKey(right)));
  // Built as a text with one character per byte: thousands of writes to a buffer take longer.
  const hashes = Buffer.from(sorted.map(({ hash }) => hash).join(''), 'hex').toString('latin1');
  const texts = sorted.map(({ path, mode }, index) => {
    const hash = hashes.slice(index * HASH_BYTES, (index + 1) * HASH_BYTES);
    return `${mode} ${asBytes(nameOf(path))}\0${hash}`;
  });
  return objectOf('tree', Buffer.from(texts.join(''), 'latin1'));
}

/** git lists files in nearly this order, so usually nothing needs to be sorted. */
function inOrder(rows: readonly Row[], compare: (left: Row, right: Row) => number): readonly Row[] {
  const isSorted = rows.every((row, index) => index === 0 || compare(rows[index - 1] ?? row, row) <= 0);
  return isSorted ? rows : rows.toSorted(compare);
}

const OUTSIDE_ASCII = /[^\0-\x7f]/;

const asBytes = (text: string): string =>
  OUTSIDE_ASCII.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;

const compareBytes = (left: string, right: string): number => Buffer.compare(Buffer.from(left), Buffer.from(right));

/** Without surrogates, strings sort like their UTF-8 bytes, and faster. */
const compareUnits = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** A commit without parents that depends only on its tree: the same tree gives the same commit. */
export function snapshotCommit(tree: string): GitObject {
  const who = 'mymlops <mymlops@localhost> 0 +0000';
  return objectOf('commit', Buffer.from(`tree ${tree}\nauthor ${who}\ncommitter ${who}\n\nsnapshot\n`));
}
