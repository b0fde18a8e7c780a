#!/usr/bin/env node
// Starts the bundled client. A copy that was installed without its build step is built here, once.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = 20;
/** The client, what it starts, and what that loads: the last ones are missed only in the middle of a commit. */
const BUILT = ['../dist/cli.mjs', '../../deploy/local/dist/main.mjs', '../../functions/dist/index.mjs'];

const fail = (sentence) => {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
};

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  fail(`mymlops-client needs Node.js ${OLDEST_NODE} or newer; this is ${process.versions.node}.`);
}

if (!BUILT.every((path) => existsSync(here(path)))) {
  const build = here('../../scripts/build.mjs');
  if (!existsSync(build))
    fail('mymlops-client was not built. Run `npm run build` in its repository, or install it again.');
  process.stderr.write('mymlops-client: building once...\n');
  const { spawnSync } = await import('node:child_process');
  const { status } = spawnSync(process.execPath, [build], { stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    fail('mymlops-client could not be built. Run `npm install` and `npm run build` in its repository; they say why.');
  }
}

const { main } = await import(new URL('../dist/cli.mjs', import.meta.url).href);
await main(process, here('../../deploy/local/dist/main.mjs'));
