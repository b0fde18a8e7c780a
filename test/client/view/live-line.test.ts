import { createLiveLine } from '../../../client/src/view/live-line';
import { cutToColumns } from '../../../client/src/view/width';

test.each([
  ['abcdef', 4, 'abcd'],
  ['abc', 4, 'abc'],
  ['日本語', 4, '日本'],
  ['日本語', 5, '日本'],
  ['a😀b', 2, 'a'],
  ['a😀b', 3, 'a😀'],
  ['e\u0301e\u0301x', 2, 'e\u0301e\u0301'],
])('%s in %d columns is %s', (text, columns, expected) => {
  expect(cutToColumns(text, columns)).toBe(expected);
});

test('wide letters filled two rows, of which one was taken away again', () => {
  const written: string[] = [];
  const line = createLiveLine({ write: (text) => void written.push(text), columns: () => 10 });
  line.show(() => '日本語日本語');
  line.clear();
  expect(written).toEqual(['\r\u001b[2K日本語日', '\r\u001b[2K']);
});
