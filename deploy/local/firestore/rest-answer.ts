// The answers of Firestore's calls as its REST API writes them: times are text, and null is null.
import type { Document, Fields, Timestamp, Value } from './messages';
import { toTimeText } from './times';

/** An answer of BatchGetDocuments or RunQuery. */
export interface Answer {
  found?: Document;
  missing?: string;
  document?: Document;
  readTime?: Timestamp;
  skippedResults?: number;
}

export const answerJson = ({ found, document, readTime, ...same }: Answer): object => ({
  ...(found && { found: documentJson(found) }),
  ...(document && { document: documentJson(document) }),
  ...same,
  ...(readTime && { readTime: toTimeText(readTime) }),
});

const documentJson = ({ name, fields, createTime, updateTime }: Document): object => ({
  name,
  ...(fields && { fields: fieldsJson(fields) }),
  ...(createTime && { createTime: toTimeText(createTime) }),
  ...(updateTime && { updateTime: toTimeText(updateTime) }),
});

const fieldsJson = (fields: Fields): object =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, valueJson(value)]));

function valueJson(value: Value): object {
  const { timestampValue, arrayValue, mapValue } = value;
  if (timestampValue) return { timestampValue: toTimeText(timestampValue) };
  if (arrayValue) return { arrayValue: arrayValue.values?.length ? { values: arrayValue.values.map(valueJson) } : {} };
  if (mapValue) return { mapValue: isEmpty(mapValue.fields) ? {} : { fields: fieldsJson(mapValue.fields ?? {}) } };
  if (value.nullValue !== undefined) return { nullValue: null };
  if (value.doubleValue === '-0') return { doubleValue: -0 };
  return value;
}

const isEmpty = (fields: Fields = {}): boolean => Object.keys(fields).length === 0;
