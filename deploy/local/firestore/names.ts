// Resource names: `projects/{p}/databases/{d}/documents/{collection}/{id}/...`.
import { invalidArgument } from './status';
import { MAX_NAME_BYTES } from './value-limits';

export interface DocumentName {
  /** The whole name. */
  full: string;
  /** `projects/{p}/databases/{d}` */
  database: string;
  /** Below the database: `runs/x`. */
  path: string;
  /** Path of its collection: `runs`. */
  collection: string;
  id: string;
}

const DATABASE = /^projects\/[^/]+\/databases\/[^/]+$/;
const BELOW_DATABASE = /^(projects\/[^/]+\/databases\/[^/]+)\/documents(?:\/(.+))?$/s;

/** Throws INVALID_ARGUMENT unless `name` is the name of a database. */
export function checkDatabase(name: string): string {
  if (!DATABASE.test(name)) throw invalidArgument(`not a database name: ${name}`);
  return name;
}

/** Throws INVALID_ARGUMENT unless `name` is the name of a document (in `database`, if given). */
export function parseDocumentName(name: string, database?: string): DocumentName {
  const parent = parseParent(name);
  const segments = parent.path.split('/');
  if (parent.path === '' || segments.length % 2 !== 0) throw invalidArgument(`not a document name: ${name}`);
  if (database !== undefined && parent.database !== database) {
    throw invalidArgument(`document ${name} is not in the database ${database}`);
  }
  const collection = segments.slice(0, -1).join('/');
  return { full: name, ...parent, collection, id: segments.at(-1) ?? '' };
}

/** The database and path of a parent of collections: a document, or the root of the documents (path ''). */
export function parseParent(name: string): { database: string; path: string } {
  const [, database, path = ''] = BELOW_DATABASE.exec(name) ?? [];
  if (database === undefined) throw invalidArgument(`not a document name: ${name}`);
  if (path !== '') path.split('/').forEach(checkId);
  return { database, path };
}

/** Throws INVALID_ARGUMENT unless `id` may be the id of a document or collection. */
export function checkId(id: string): void {
  if (id === '' || id === '.' || id === '..' || /^__.*__$/s.test(id)) throw invalidArgument(`not a valid id: "${id}"`);
  if (Buffer.byteLength(id) > MAX_NAME_BYTES) throw invalidArgument(`an id is over ${MAX_NAME_BYTES} bytes`);
}

/** Path of a collection below `parentPath`. */
export const childPath = (parentPath: string, id: string): string => (parentPath === '' ? id : `${parentPath}/${id}`);
