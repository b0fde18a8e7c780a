// The client loads what its commands use of the library for schemas: imported as a whole, it brings every language that it can
// speak, half a megabyte that each command would read at its start.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const FOLDERS = ['client/src', 'protocol/src', 'protocol/google/src'];

const sources = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
);

test('schemas of the client come from zod/mini', () => {
  const text = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
  expect(sources.filter((file) => text(file).includes("from 'zod/mini'"))).toContain(
    'client/src/deployment/choices.ts',
  );
  expect(sources.filter((file) => /from 'zod'/.test(text(file)))).toEqual([]);
});
