// ListDocuments and ListCollectionIds: the children of a parent, in pages.
import type { Documents } from './documents';
import type { Document, ListCollectionIdsRequest, ListDocumentsRequest } from './messages';
import { checkId, childPath, parseParent } from './names';
import { compileAnswer } from './query';
import { unimplemented } from './status';
import { compareText } from './text-order';

type Tree = Pick<Documents, 'collection' | 'collections'>;

const MAX_PAGE = 300;

/** The documents of a collection by id; with `showMissing` also ids that are only parents of other documents. */
export function listDocuments(documents: Tree, request: ListDocumentsRequest) {
  if ('orderBy' in request) throw unimplemented('orderBy of ListDocuments');
  const { database, path } = parseParent(request.parent ?? '');
  checkId(request.collectionId ?? '');
  const collectionPath = childPath(path, request.collectionId ?? '');
  const stored = documents.collection(database, collectionPath)?.documents;
  const parents = request.showMissing ? childrenOf(documents, database, collectionPath) : [];
  const answer = compileAnswer(request.mask);
  const { page, nextPageToken } = pageOf(new Set([...(stored?.keys() ?? []), ...parents]), request);
  const answers = page.map((id): Document => {
    const document = stored?.get(id);
    return document ? answer(document) : { name: `${database}/documents/${collectionPath}/${id}` };
  });
  return { documents: answers, nextPageToken };
}

/** The collections directly below a document, or below the root. */
export function collectionIds(documents: Tree, request: ListCollectionIdsRequest) {
  const { database, path } = parseParent(request.parent ?? '');
  const { page, nextPageToken } = pageOf(childrenOf(documents, database, path), request);
  return { collectionIds: page, nextPageToken };
}

/** The next path segment of each collection below `path`. */
function childrenOf(documents: Tree, database: string, path: string): Set<string> {
  const prefix = path === '' ? '' : `${path}/`;
  const below = [...documents.collections(database)].filter((collection) => collection.path.startsWith(prefix));
  return new Set(below.map((collection) => collection.path.slice(prefix.length).split('/')[0] ?? ''));
}

function pageOf(ids: Set<string>, { pageSize, pageToken }: { pageSize?: number; pageToken?: string }) {
  const after = Buffer.from(pageToken ?? '', 'base64url').toString('utf8');
  const rest = [...ids].toSorted(compareText).filter((id) => compareText(id, after) > 0);
  const page = rest.slice(0, Math.min(pageSize || MAX_PAGE, MAX_PAGE));
  const isLast = page.length === rest.length;
  return { page, nextPageToken: isLast ? '' : Buffer.from(page.at(-1) ?? '').toString('base64url') };
}
