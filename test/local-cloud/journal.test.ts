// The journal: what was acknowledged is there after a crash, what was not is not.
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '../../deploy/local/journal';

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

test('an append cut off anywhere is gone as a whole, and the next one is not spoilt by it', () => {
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

test('a damaged line is an error, never skipped', () => {
  writeFileSync(file, '{"a":1}\n{"a":\n{"a":3}\n');
  expect(replayed).toThrow(SyntaxError);
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

test('what a killed rewrite left is ignored', () => {
  const journal = openJournal<string>(file, () => undefined);
  journal.append('kept');
  appendFileSync(`${file}.new`, '"half');
  journal.rewrite(['kept', 'more']);
  journal.close();
  expect(replayed()).toEqual(['kept', 'more']);
});

test('after close it writes nowhere', () => {
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
