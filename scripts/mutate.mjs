// `npm run mutate -- engine|rest|google [FILES]`: breaks the functions' code in small ways, and shows what no test noticed.
// FILES are as StrykerJS takes them, relative to `functions/src/` (`engine/slots.ts`, `engine/vm/*.ts`, `engine/slots.ts:20-30`).
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const [area, ...words] = process.argv.slice(2);
if (!['engine', 'rest', 'google'].includes(area)) {
  console.error('usage: npm run mutate -- engine|rest|google [FILES relative to functions/src] [options of StrykerJS]');
  process.exit(2);
}
const firstOption = words.findIndex((word) => word.startsWith('-'));
const files = firstOption === -1 ? words : words.slice(0, firstOption);
const options = firstOption === -1 ? [] : words.slice(firstOption);
const mutate = files.length === 0 ? [] : ['--mutate', files.map((file) => `functions/src/${file}`).join()];

const stryker = createRequire(import.meta.url).resolve('@stryker-mutator/core/package.json');
const child = spawn(
  process.execPath,
  [join(dirname(stryker), 'bin/stryker.js'), 'run', `test/mutation/stryker.${area}.mjs`, ...mutate, ...options],
  { stdio: 'inherit' },
);
child.on('close', (code) => {
  process.exitCode = code ?? 1;
});
