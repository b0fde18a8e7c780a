import fc from 'fast-check';
import { type JsonNode, scanJson } from '../../../client/src/notebook/json-scan';

const scan = (text: string): JsonNode => scanJson(Buffer.from(text), { levels: 3 });

function isAccepted(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

test('every part is found where it is', () => {
  const texts = fc
    .json({ maxDepth: 4 })
    .chain((text) => fc.constantFrom(text, JSON.stringify(JSON.parse(text), null, 2)));
  fc.assert(
    fc.property(texts, (text) => {
      const bytes = Buffer.from(text);
      const valueOf = ({ start, end }: JsonNode): unknown => JSON.parse(bytes.toString('utf8', start, end));
      const root = scanJson(bytes, { levels: 1 });
      const value: unknown = JSON.parse(text);
      expect(valueOf(root)).toEqual(value);
      const entries = root.children?.map((child, index): [string, unknown] => [
        child.key ?? `${index}`,
        valueOf(child),
      ]);
      const isContainer = typeof value === 'object' && value !== null;
      expect(entries).toEqual(isContainer ? expect.arrayContaining(Object.entries(value)) : undefined);
    }),
  );
});

test('a text with one byte changed is accepted where JSON.parse accepts it', () => {
  const broken = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom('', '"', '\\', ',', ':', '0', '-', '.', 'e', ']', '}', '\n', 'u', ' '))
    .map(([text, at, byte]) => text.slice(0, at % text.length) + byte + text.slice((at % text.length) + 1));
  fc.assert(
    fc.property(broken, (text) => {
      expect(isAccepted(() => scan(text))).toBe(isAccepted(() => JSON.parse(text)));
    }),
    { numRuns: 2000 },
  );
});

test.each(['NaN', '[Infinity, -Infinity]', '{"a": NaN}', ' 0 ', '-0.5E-3', '"\\u00E4\\/"'])('%s is taken', (text) => {
  expect(() => scan(text)).not.toThrow();
});

test.each([
  ['', 0],
  ['[1,]', 3],
  ['{"a" 1}', 5],
  ['{a: 1}', 1],
  ['nul', 0],
  ['[-]', 2],
  ['1.', 2],
  ['1e+', 3],
  ['"\\x"', 1],
  ['"\\u12g4"', 1],
  ['"a', 2],
  ['NaNs', 3],
  ['+1', 0],
])('%j is refused at %i', (text, offset) => {
  expect(() => scan(text)).toThrow(expect.objectContaining({ offset }));
});

test('members of an opaque name are passed over, and levels below the last one', () => {
  const root = scanJson(Buffer.from('{"outputs":[1],"a":[[2]]}'), { levels: 2, opaque: new Set(['outputs']) });
  expect(root.children).toEqual([
    { key: 'outputs', start: 11, end: 14 },
    { key: 'a', start: 19, end: 24, children: [{ start: 20, end: 23 }] },
  ]);
});
