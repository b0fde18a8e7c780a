// A text in pieces gives what it gives as a whole, however it is cut.
import * as fc from 'fast-check';
import { printable } from '../../../client/src/view/printable';
import { createPrintableStream } from '../../../client/src/view/printable-stream';

/** The text that the stream prints for `pieces`, one after the other. */
function printed(pieces: readonly Buffer[], options = { colours: true }): string {
  const stream = createPrintableStream(options);
  return [...pieces.map((piece) => stream.write(piece).toString('utf8')), stream.end()].join('');
}

/** Beginnings, insides and ends of sequences, characters of several bytes, and bytes that are none. */
const PARTS = [
  ...['\u001b', '\u001b[', '\u001b]', '\u001bP', '\u001b\\', '\u001b(', '\u0007', '\u009b', '\u009c', '\u009d'],
  ...['\u001b[0;31m', '\u001b[2J', `\u001b[${'0;'.repeat(62)}`, '1'.repeat(130)],
  ...[`\u001b[${'!'.repeat(130)}`, `\u001b${' '.repeat(130)}`, 'ä', '日', '🎉', '\ufeff', '\u202e', '\u007f'],
  ...Array.from('[]\\31;<? /mJa\n\r\t\b'),
  '\r\n',
].map((part) => Buffer.from(part));
const ODD_BYTES = [[0xc3], [0xe6, 0x97], [0xf0, 0x9f, 0x8e], [0xf0], [0xff], [0x80], [0xe0, 0x80], [0xed, 0xa0, 0x80]];
const part = fc.constantFrom(...PARTS, ...ODD_BYTES.map((bytes) => Buffer.from(bytes)));
/** Cut between parts, and within some. */
const pieces = fc
  .array(fc.record({ part, cutAt: fc.option(fc.nat(200)) }), { maxLength: 30, size: 'max' })
  .map((parts) =>
    parts.reduce<Buffer[]>(
      (cut, { part, cutAt }) => {
        const whole = Buffer.concat([cut.at(-1) ?? part.subarray(0, 0), part]);
        if (cutAt === null) return [...cut.slice(0, -1), whole];
        const end = whole.length - (cutAt < part.length ? cutAt : 0);
        return [...cut.slice(0, -1), whole.subarray(0, end), whole.subarray(end)];
      },
      [Buffer.alloc(0)],
    ),
  );

test.each([true, false])('any text in any pieces is printed as it is at once (colours: %s)', (colours) => {
  fc.assert(
    fc.property(pieces, (cut) => {
      expect(printed(cut, { colours })).toBe(printable(Buffer.concat(cut).toString('utf8'), { colours }));
    }),
    { numRuns: 3000 },
  );
});

test('byte by byte', () => {
  const bytes = Buffer.from('1 %\r2 %\r\nä日🎉\u001b[1;31mred\u001b[0m\u001b]0;title\u001b\\end\u001b[2J\r');
  expect(printed([...bytes].map((byte) => Buffer.from([byte])))).toBe(printable(bytes.toString(), { colours: true }));
});

test('what is complete is printed without what follows', () => {
  const stream = createPrintableStream({ colours: true });
  const shown = ['10 %\r', '20 %\r', '\nlong line', ' goes on ', '\u001b[3', '1mred'].map((piece) =>
    String(stream.write(Buffer.from(piece))),
  );
  expect(shown).toEqual(['10 %\n', '20 %\n', 'long line', ' goes on ', '', '\u001b[31mred']);
});

// 544 MB: more than a text can have in JavaScript.
test('a sequence without an end was held whole', () => {
  const stream = createPrintableStream({ colours: true });
  const piece = Buffer.alloc(8_000_000, 'x');
  expect(String(stream.write(Buffer.from('a\u001b]')))).toBe('a');
  for (let count = 0; count < 68; count++) expect(stream.write(piece)).toBe('');
  expect(String(stream.write(Buffer.from('\nb')))).toBe('\nb');
});
