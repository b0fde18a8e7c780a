// One write of a commit: turns the document before into the document after, or throws. Nothing is stored here.
import { status } from '@grpc/grpc-js';
import { isDeepStrictEqual } from 'node:util';
import type { StoredDocument } from './documents';
import { DOCUMENT_NAME, type FieldPath, parseFieldPath, valueAt, withValueAt } from './field-path';
import type { Fields, Value, Write } from './messages';
import { type DocumentName, parseDocumentName } from './names';
import { invalidArgument, StatusError, unimplemented } from './status';
import { toMicros, toTimestamp } from './times';
import { transformValue } from './transform';
import { acceptFields, checkFieldName, documentBytes, MAX_DOCUMENT_BYTES } from './value-limits';

export interface Written {
  /** The same object as before if the write changed nothing: then its update time stays. */
  after: StoredDocument | undefined;
  transformResults: Value[];
}

/** The document that `write` changes. Throws INVALID_ARGUMENT or, for an old form of write, UNIMPLEMENTED. */
export function targetOf(write: Write, database: string): DocumentName {
  const name = write.update?.name ?? write.delete;
  if (name === undefined) throw unimplemented('a write other than update and delete');
  return parseDocumentName(name, database);
}

/** Throws INVALID_ARGUMENT for a write that is invalid whatever the document is; makes its values canonical, in place. */
export function checkForm(write: Write): void {
  acceptFields(write.update?.fields ?? {});
  write.updateMask?.fieldPaths?.forEach(parseWritablePath);
  write.updateTransforms?.forEach(({ fieldPath }) => parseWritablePath(fieldPath ?? ''));
}

/** `write` has passed checkForm. Throws as Google does if a precondition fails or the document would exceed a limit. */
export function applyWrite(
  write: Write,
  name: DocumentName,
  before: StoredDocument | undefined,
  commitMicros: number,
): Written {
  checkPrecondition(write, name, before);
  if (!write.update) return { after: undefined, transformResults: [] };
  const merged = mergeFields(before?.fields ?? {}, write);
  const { fields, transformResults } = applyTransforms(merged, write, commitMicros);
  if (before && isDeepStrictEqual(fields, before.fields)) return { after: before, transformResults };
  acceptFields(fields);
  const bytes = documentBytes(name.path, fields);
  if (bytes > MAX_DOCUMENT_BYTES) {
    throw invalidArgument(`document ${name.path} would have ${bytes} bytes, over the limit of ${MAX_DOCUMENT_BYTES}`);
  }
  const createdMicros = before?.createdMicros ?? commitMicros;
  return { after: { name, fields, createdMicros, updatedMicros: commitMicros, bytes }, transformResults };
}

function checkPrecondition(write: Write, name: DocumentName, before: StoredDocument | undefined): void {
  const { exists, updateTime } = write.currentDocument ?? {};
  if (exists === true && !before) throw new StatusError(status.NOT_FOUND, `no document to update: ${name.full}`);
  if (exists === false && before) throw new StatusError(status.ALREADY_EXISTS, `document already exists: ${name.full}`);
  if (updateTime !== undefined && before?.updatedMicros !== toMicros(updateTime)) {
    const stored = before ? `was updated at another time than the one required` : 'does not exist';
    throw new StatusError(status.FAILED_PRECONDITION, `document ${name.full} ${stored}`);
  }
}

/** Without a mask the new fields replace the old ones; with a mask only its fields are set, or deleted where absent. */
function mergeFields(before: Fields, write: Write): Fields {
  const given = write.update?.fields ?? {};
  if (!write.updateMask) return given;
  const paths = (write.updateMask.fieldPaths ?? []).map(parseWritablePath);
  return paths.reduce((fields, path) => withValueAt(fields, path, valueAt(given, path)), before);
}

function applyTransforms(start: Fields, write: Write, commitMicros: number) {
  const commitTime = toTimestamp(commitMicros);
  const transformResults: Value[] = [];
  let fields = start;
  for (const transform of write.updateTransforms ?? []) {
    const path = parseWritablePath(transform.fieldPath ?? '');
    const { value, result } = transformValue(transform, valueAt(fields, path), commitTime);
    fields = withValueAt(fields, path, value);
    transformResults.push(result);
  }
  return { fields, transformResults };
}

function parseWritablePath(text: string): FieldPath {
  if (text === DOCUMENT_NAME) throw invalidArgument(`${DOCUMENT_NAME} cannot be written`);
  const path = parseFieldPath(text);
  path.forEach(checkFieldName);
  return path;
}
