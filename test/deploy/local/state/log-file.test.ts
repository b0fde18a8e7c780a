// The log of the local cloud's process outlives what happens to its files.
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLogFile } from '../../../../deploy/local/state/log-file';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-file-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const messagesIn = (name: string): string[] =>
  readFileSync(join(folder, name), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { message: string }).message);

test('a long log is renamed', () => {
  const log = openLogFile(folder, 150);
  for (let n = 1; n <= 4; n += 1) log('INFO', `line ${n}`);
  expect([messagesIn('log.1.jsonl'), messagesIn('log.jsonl')]).toEqual([['line 1', 'line 2', 'line 3'], ['line 4']]);
});

test('a renaming that fails loses no line, and is tried again', () => {
  mkdirSync(join(folder, 'log.1.jsonl')); // nothing can be renamed over it
  const log = openLogFile(folder, 150);
  for (let n = 1; n <= 5; n += 1) log('INFO', `line ${n}`);
  expect(messagesIn('log.jsonl')).toHaveLength(5);
  rmdirSync(join(folder, 'log.1.jsonl'));
  for (let n = 6; n <= 8; n += 1) log('INFO', `line ${n}`);
  expect([...messagesIn('log.1.jsonl'), ...messagesIn('log.jsonl')]).toEqual(
    [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `line ${n}`),
  );
});
