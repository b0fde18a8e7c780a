// `npm run files`: how a reader finds the file in which a rule stands.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

const filesWith = (...words: string[]): string[][] =>
  execFileSync('node', ['scripts/files.mjs', ...words], { cwd: ROOT, encoding: 'utf8' })
    .trimEnd()
    .split(/\n(?! )/)
    .map((entry) => entry.split('\n').map((line) => line.trim()));

test('each source file says at its top what it is', () => {
  const files = filesWith();
  expect(files.length).toBeGreaterThan(300);
  expect(files.filter(([, comment = '']) => comment.length < 15)).toEqual([]);
});

test('words are looked for in paths and comments, in any case', () => {
  expect(filesWith('ZONE', 'tried first').map(([file]) => file)).toEqual(['functions/src/engine/vm/zone-choice.ts']);
});
