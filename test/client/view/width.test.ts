import { runRow } from '../../../client/src/view/ps-columns';
import { table } from '../../../client/src/view/table';
import { columnsOf, cutToColumns, padToColumns, shortenToColumns } from '../../../client/src/view/width';

describe('columns of a text', () => {
  test.each([
    ['ASCII', 'train.ipynb', 11],
    ['Latin letters, composed', 'modèle', 6],
    ['the same with combining marks, as macOS names files', 'modèle'.normalize('NFD'), 6],
    ['two marks on one letter', 'x\u0323\u0301', 1],
    ['Chinese', '笔记', 4],
    ['Japanese', '日本語のノート', 14],
    ['Japanese with separate sound marks', 'ガ'.normalize('NFD'), 2],
    ['halfwidth Katakana', 'ｱｲ', 2],
    ['fullwidth letters', 'ＡＢ', 4],
    ['Korean syllables', '한글', 4],
    ['Korean as separate jamo', '한글'.normalize('NFD'), 4],
    ['Thai with vowels above and below', 'ที่นี่', 2],
    ['Devanagari with a vowel sign above', 'हे', 1],
    ['Arabic', 'سلام', 4],
    ['an emoji', '🎉', 2],
    ['one with a skin tone', '👍🏽', 2],
    ['a family of four, joined', '👨‍👩‍👧‍👦', 2],
    ['a flag of two letters', '🇯🇵', 2],
    ['two flags', '🇯🇵🇩🇪', 4],
    ['a flag of tags', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', 2],
    ['a keycap', '1️⃣', 2],
    ['a heart as picture', '❤️', 2],
    ['a heart as letter', '❤', 1],
    ['a joiner of no width', 'a\u200bb', 2],
    ['a control character', 'a\u0007b', 2],
    ['half an emoji', '\ud83c', 0],
    ['nothing', '', 0],
  ])('%s', (_what, text, columns) => {
    expect(columnsOf(text)).toBe(columns);
    expect(columnsOf(padToColumns(text, 20))).toBe(20);
  });
});

describe('a cut', () => {
  test.each([
    ['abcdef', 4, 'abcd'],
    ['abc', 4, 'abc'],
    ['日本語', 4, '日本'],
    ['日本語', 5, '日本'],
    ['a😀b', 2, 'a'],
    ['a😀b', 3, 'a😀'],
    ['e\u0301e\u0301x', 2, 'e\u0301e\u0301'],
    ['👨‍👩‍👧‍👦x', 2, '👨‍👩‍👧‍👦'],
    ['👨‍👩‍👧‍👦x', 1, ''],
    ['🇯🇵🇩🇪', 3, '🇯🇵'],
    ['👍🏽👍🏽', 3, '👍🏽'],
    ['한글'.normalize('NFD'), 3, '한'.normalize('NFD')],
    ['abc', 0, ''],
    ['日本', 0, ''],
    ['abc', -1, ''],
    ['日本', -1, ''],
  ])('%s in %d columns is %s', (text, columns, expected) => {
    expect(cutToColumns(text, columns)).toBe(expected);
  });

  test('says that there was more, within the columns', () => {
    expect(shortenToColumns('abcdefgh', 8)).toBe('abcdefgh');
    expect(shortenToColumns('abcdefghi', 8)).toBe('abcde...');
    expect(shortenToColumns('日本語のノート', 8)).toBe('日本...');
  });
});

const aRow = (notebook: string, notes: string): string[] =>
  runRow('r', { v: 1, status: 'queued', message: '', live: true, attempts: {}, notebook, notes }, new Date());

test('the columns behind a notebook with a Chinese name stood five cells off', () => {
  const lines = table(
    ['NOTEBOOK', 'STATUS'],
    ['日本語のノート.ipynb', 'plain.ipynb', '한글.ipynb'.normalize('NFD'), '🎉👨‍👩‍👧‍👦.ipynb'].map((name) => [
      name,
      'queued',
    ]),
  ).split('\n');
  const places = lines.filter(Boolean).map((line) => columnsOf(line.replace(/(STATUS|queued)$/, '')));
  expect(new Set(places).size).toBe(1);
});

test('notes were cut in the middle of an emoji', () => {
  const notes = aRow('a.ipynb', `${'x'.repeat(56)}🎉 and more`).at(-1) ?? '';
  expect(notes).toBe(`${'x'.repeat(56)}...`);
  expect(aRow('a.ipynb', '🎉'.repeat(31)).at(-1)).toBe(`${'🎉'.repeat(28)}...`);
  expect(aRow('a.ipynb', '🎉'.repeat(30)).at(-1)).toBe('🎉'.repeat(30));
});
