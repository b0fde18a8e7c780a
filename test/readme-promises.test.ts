// README's page "What happens when…": every line names a test, and there is such a test.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const page = /## What happens when…\n(.*?)\n## /s.exec(readFileSync('README.md', 'utf8'))?.[1] ?? '';
const rows = [...page.matchAll(/^\| (.+?) \| .+? \| `([^`]+)`: (.+) \|$/gm)].map(([, when, file, name]) => ({
  when: when ?? '',
  file: file ?? '',
  name: name ?? '',
}));

test('every line is read', () => {
  const lines = page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| when'));
  expect(lines.length).toBeGreaterThan(15);
  expect(rows).toHaveLength(lines.length);
});

test.each(rows)('when $when', ({ file, name }) => {
  const source = readFileSync(join(__dirname, `${file}.test.ts`), 'utf8').replaceAll("\\'", "'");
  expect(source).toContain(name);
});
