// The journal: what was acknowledged is there after a crash, what was not is not.
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JournalDamagedError, openJournal } from '../../../../deploy/local/state/journal';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  file = join(folder, 'log.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

const replayed = (): unknown[] => {
  const entries: unknown[] = [];
  openJournal(file, (entry) => entries.push(entry)).close();
  return entries;
};

test('entries come back in order, whatever they hold', () => {
  const journal = openJournal<unknown>(file, () => undefined);
  const entries = [{ a: 1 }, 'text\nwith a break', ['+'], null, 'ü日😀', 7, '+'];
  journal.append(entries[0]);
  journal.append(...entries.slice(1));
  journal.append();
  journal.close();
  expect(replayed()).toEqual(entries);
});

test('an interrupted append is dropped as a whole, and the next one is intact', () => {
  const journal = openJournal<string>(file, () => undefined);
  journal.append('before');
  const whole = journal.size();
  journal.append('one', 'two', 'three');
  const end = journal.size();
  journal.close();
  const bytes = readFileSync(file);
  for (let length = end - 1; length >= whole; length -= 1) {
    writeFileSync(file, bytes.subarray(0, length));
    const seen: string[] = [];
    const reopened = openJournal<string>(file, (entry) => seen.push(entry));
    reopened.append('after');
    reopened.close();
    expect([length, seen, replayed()]).toEqual([length, ['before'], ['before', 'after']]);
  }
});

test.each([
  ['half a line', '{"a":1}\n{"a":\n{"a":3}\n', 8],
  ['an empty line', '{"a":1}\n\n{"a":3}\n', 8],
  ['an empty line at the end', '{"a":1}\n{"a":2}\n\n', 16],
  ['half a line at the end', '{"a":1}\n{"a":\n', 8],
  ['zeros with whole lines behind them', `{"a":1}\n${'\0'.repeat(9)}\n{"a":3}\n`, 8],
  ['zeros inside an append', `+{"a":1}\n\0\0\n{"a":2}\n{"a":3}\n`, 9],
])('%s is damage: refused with file, byte and remedy, and left as it is', (_, text, byte) => {
  writeFileSync(file, text);
  expect(replayed).toThrow(JournalDamagedError);
  expect(replayed).toThrow(`${file} is damaged at byte ${byte}`);
  expect(replayed).toThrow('mymlops-client local reset');
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test.each([
  ['zeros', '\0'.repeat(5000)],
  ['zeros up to the end of a line', `${'\0'.repeat(5000)}:3}\n`],
  ['zeros in the second half of an append', `+{"a":2}\n${'\0'.repeat(50)}\n`],
  ['zeros in two lines', `\0\0\n\0"\n`],
])('%s at the end, as a power loss leaves them, are an interrupted append', (_, tail) => {
  writeFileSync(file, `{"a":1}\n${tail}`);
  expect(replayed()).toEqual([{ a: 1 }]);
  expect(readFileSync(file, 'utf8')).toBe('{"a":1}\n');
});

test('rewrite replaces everything, and appends go on', () => {
  const journal = openJournal<number>(file, () => undefined);
  for (let number = 0; number < 100; number += 1) journal.append(number);
  journal.rewrite([98, 99]);
  expect(journal.size()).toBe(readFileSync(file).length);
  journal.append(100);
  journal.close();
  expect(replayed()).toEqual([98, 99, 100]);
});

test('a rewrite that fails changes nothing and leaves no file', () => {
  const journal = openJournal<unknown>(file, () => undefined);
  journal.append('kept');
  const failing = function* (): Generator<unknown> {
    yield 'new';
    throw new Error('no more');
  };
  expect(() => journal.rewrite(failing())).toThrow('no more');
  journal.append('also kept');
  journal.close();
  expect(replayed()).toEqual(['kept', 'also kept']);
  expect(readdirSync(folder)).toEqual(['log.jsonl']);
});

test('the file of a killed rewrite is ignored', () => {
  const journal = openJournal<string>(file, () => undefined);
  journal.append('kept');
  appendFileSync(`${file}.new`, '"half');
  journal.rewrite(['kept', 'more']);
  journal.close();
  expect(replayed()).toEqual(['kept', 'more']);
});

test('after close it writes nothing', () => {
  const journal = openJournal<string>(file, () => undefined);
  journal.close();
  journal.close();
  const other = join(folder, 'other'); // gets the number of the closed file
  const neighbour = openJournal<string>(other, () => undefined);
  neighbour.append('mine');
  expect(() => journal.append('yours')).toThrow('closed');
  expect(() => journal.rewrite(['yours'])).toThrow('closed');
  neighbour.close();
  expect(readFileSync(other, 'utf8')).toBe('"mine"\n');
});

test('a journal that was removed, and begun anew by another process, is not replaced by what is rewritten', () => {
  const journal = openJournal<string>(file, () => undefined);
  journal.append('old');
  expect(journal.isInPlace()).toBe(true);
  rmSync(file);
  expect(journal.isInPlace()).toBe(false);
  writeFileSync(file, '"new"\n');
  expect(journal.isInPlace()).toBe(false);
  expect(() => journal.rewrite(['old'])).toThrow('was removed or replaced');
  expect(readdirSync(folder)).toEqual(['log.jsonl']);
  journal.close();
  expect(replayed()).toEqual(['new']);
});
