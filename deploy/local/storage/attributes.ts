// An object's attributes as the uploader sends them, in the metadata part, the query and headers; checked before it is stored.
import type { IncomingHttpHeaders } from 'node:http';
import { HttpError } from '../shared/http';
import type { Content } from './upload-buffer';
import type { Attributes } from './store';

const TEXT_FIELDS = ['contentType', 'cacheControl', 'contentDisposition', 'contentLanguage'] as const;
const OTHER_FIELDS = ['name', 'bucket', 'metadata', 'md5Hash', 'crc32c', 'contentEncoding'];
const KNOWN_FIELDS = new Set<string>([...TEXT_FIELDS, ...OTHER_FIELDS]);

const invalid = (message: string): HttpError => new HttpError(400, 'invalid', message);

/** The attributes in an object resource sent by a client. Throws HttpError 400, or 501 for an unsupported field. */
export function attributesOf(resource: Record<string, unknown>): Attributes {
  const attributes: Attributes = {};
  for (const [field, value] of Object.entries(resource)) {
    if (value === null || value === undefined) continue;
    if (!KNOWN_FIELDS.has(field)) throw new HttpError(501, 'notImplemented', `object field ${field} is not supported`);
    if (field !== 'metadata' && typeof value !== 'string') throw invalid(`${field} is not a text`);
  }
  const encoding = resource['contentEncoding'];
  if (typeof encoding === 'string' && encoding !== '' && encoding !== 'identity') {
    throw new HttpError(501, 'notImplemented', `contentEncoding ${encoding} is not supported`);
  }
  for (const field of TEXT_FIELDS) {
    const value = resource[field];
    if (typeof value !== 'string') continue;
    // Downloads send it as a header.
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) throw invalid(`${field} holds a character that no header may`);
    attributes[field] = value;
  }
  const metadata = resource['metadata'];
  if (metadata !== undefined && metadata !== null) attributes.metadata = customMetadata(metadata);
  return attributes;
}

function customMetadata(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('metadata is not an object');
  for (const text of Object.values(value)) if (typeof text !== 'string') throw invalid('metadata holds more than text');
  return value as Record<string, string>;
}

type Hashes = Partial<Pick<Content, 'md5Hash' | 'crc32c'>>;

/** The hashes that the client sent, in the resource or in headers. */
export function announcedHashes(resource: Record<string, unknown>, headers: IncomingHttpHeaders): Hashes {
  const hashes: Hashes = {};
  for (const part of String(headers['x-goog-hash'] ?? '').split(',')) {
    const [, kind, hash] = /^\s*(md5|crc32c)=(\S+)\s*$/.exec(part) ?? [];
    if (kind === 'md5') hashes.md5Hash = hash;
    if (kind === 'crc32c') hashes.crc32c = hash;
  }
  if (typeof headers['content-md5'] === 'string') hashes.md5Hash = headers['content-md5'];
  if (typeof resource['md5Hash'] === 'string') hashes.md5Hash = resource['md5Hash'];
  if (typeof resource['crc32c'] === 'string') hashes.crc32c = resource['crc32c'];
  return hashes;
}

/** Throws HttpError 400 if the content does not have the announced hashes. */
export function checkHashes(content: Content, announced: Hashes): void {
  for (const kind of ['md5Hash', 'crc32c'] as const) {
    const wanted = announced[kind];
    if (wanted !== undefined && wanted !== content[kind]) {
      throw invalid(`Provided ${kind} "${wanted}" doesn't match calculated ${kind} "${content[kind]}".`);
    }
  }
}
