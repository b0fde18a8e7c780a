import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '../../../client/src/cli/definitions');

test('a definition loads its command when it runs, and not before', () => {
  const files = readdirSync(FOLDER);
  const early = files.filter((file) => /from '.*\/commands\//.test(readFileSync(join(FOLDER, file), 'utf8')));
  expect([files.length > 10, early]).toEqual([true, []]);
});
