// Multipart bodies, cut into chunks at any byte.
import { readMultipart } from '../../../../deploy/local/storage/multipart';

const TYPE = 'multipart/related; boundary=cut';
const CONTENT = 'a\r\n--cu\r\n\r\n--b';
const BODY = [
  '--cut\r\ncontent-type: application/json\r\n\r\n{"name":"x"}',
  `\r\n--cut\r\nContent-Type: text/plain \r\n\r\n${CONTENT}`,
  '\r\n--cut--\r\n',
].join('');

async function* chunksOf(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string, { size = 7, type = TYPE } = {}) {
  const { content, ...head } = await readMultipart(chunksOf(text, size), type);
  const parts: Uint8Array[] = [];
  for await (const part of content) parts.push(part);
  return { ...head, content: Buffer.concat(parts).toString('utf8') };
}

test.each([1, 2, 3, 5, 1000])('in chunks of %i bytes', async (size) => {
  expect(await read(BODY, { size })).toEqual({ metadata: { name: 'x' }, contentType: 'text/plain', content: CONTENT });
});

test('parts without headers, an empty content, a quoted boundary', async () => {
  const body = '--a b\r\n\r\n{}\r\n--a b\r\n\r\n\r\n--a b--';
  expect(await read(body, { type: 'Multipart/Related; type=x; boundary="a b"' })).toEqual({
    metadata: {},
    content: '',
  });
});

test.each([
  ['another type', BODY, 'multipart/mixed; boundary=cut', 'is not multipart/related'],
  ['no boundary', BODY, 'multipart/related', 'is not multipart/related'],
  ['text that is not JSON', BODY.replace('{"name"', '{name'), TYPE, 'is not JSON'],
  ['a list', BODY.replace('{"name":"x"}', '[]'), TYPE, 'is not an object'],
  ['no content part', '--cut\r\n\r\n{}\r\n--cut--\r\n\r\n', TYPE, 'it has no content part'],
  ['an end before the content', '--cut\r\n\r\n{}', TYPE, 'it ends before the content'],
  ['an end inside the content', BODY.slice(0, -12), TYPE, 'it ends inside the content'],
  ['metadata without end', `--cut\r\n\r\n${'x'.repeat(200_000)}`, TYPE, 'metadata over 131072 bytes'],
])('%s is refused', async (_what, body, type, message) => {
  await expect(read(body, { type, size: 1000 })).rejects.toThrow(message);
});
