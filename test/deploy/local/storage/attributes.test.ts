// The attributes of an upload.
import { announcedHashes, attributesOf, checkHashes } from '../../../../deploy/local/storage/attributes';

test('known fields are kept, null is absent, name and hashes are not attributes', () => {
  const resource = { name: 'a', md5Hash: 'm', contentType: 'text/plain', cacheControl: null, metadata: { k: 'v' } };
  expect(attributesOf(resource)).toEqual({ contentType: 'text/plain', metadata: { k: 'v' } });
});

test.each<[string, object, string]>([
  ['an unknown field', { storageClass: 'COLDLINE' }, 'object field storageClass is not supported'],
  ['a compressed content', { contentEncoding: 'gzip' }, 'contentEncoding gzip is not supported'],
  ['a number', { contentType: 1 }, 'contentType is not a text'],
  ['a line break, which would end the header', { contentType: 'a\nb' }, 'a character that no header may'],
  ['a text as metadata', { metadata: 'x' }, 'metadata is not an object'],
  ['a number in metadata', { metadata: { k: 1 } }, 'metadata holds more than text'],
])('%s is refused', (_what, resource, message) => {
  expect(() => attributesOf({ ...resource })).toThrow(message);
});

test.each<[string, object, object, object]>([
  ['nothing', {}, {}, {}],
  ['a header of several', {}, { 'x-goog-hash': 'crc32c=AAAA, md5=BBBB==' }, { crc32c: 'AAAA', md5Hash: 'BBBB==' }],
  ['content-md5', {}, { 'content-md5': 'CCCC' }, { md5Hash: 'CCCC' }],
  ['the resource, before headers', { md5Hash: 'D' }, { 'content-md5': 'C' }, { md5Hash: 'D' }],
])('hashes: %s', (_what, resource, headers, expected) => {
  expect(announcedHashes({ ...resource }, { ...headers })).toEqual(expected);
});

test('a content must have every announced hash', () => {
  const content = { file: 'f', size: 1, md5Hash: 'm', crc32c: 'c' };
  expect(() => checkHashes(content, { md5Hash: 'm', crc32c: 'c' })).not.toThrow();
  expect(() => checkHashes(content, {})).not.toThrow();
  expect(() => checkHashes(content, { md5Hash: 'm', crc32c: 'x' })).toThrow('Provided crc32c "x"');
});
