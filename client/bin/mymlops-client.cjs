#!/usr/bin/env node
// Starts the bundled client. A copy that was installed without its build step is built here, once.
'use strict';
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const OLDEST_NODE = 20;
/** The client, what it starts, and what that loads: the last ones are missed only in the middle of a commit. */
const BUILT = ['client/dist/cli.cjs', 'deploy/local/dist/main.mjs', 'functions/dist/functions.zip'];

/**
 * Node 22 and newer can keep compiled code for the next start, in a folder of the user's own: whoever can write there can
 * have any code run. Without a home folder nothing is kept.
 */
function keepCompiledCode() {
  const { enableCompileCache } = require('node:module');
  const home = process.env.HOME || process.env.USERPROFILE;
  if (enableCompileCache && home) enableCompileCache(join(home, '.cache', 'mymlops-client'));
}

const fail = (sentence) => {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
};

// The package has no sources, and everything built under packaged/ (scripts/pack.mjs); the repository has both in place.
const isRepository = existsSync(join(__dirname, '../src'));
const built = (path) => join(__dirname, isRepository ? '../..' : '../packaged', path);

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  fail(`mymlops-client needs Node.js ${OLDEST_NODE} or newer; this is ${process.versions.node}.`);
}

if (!BUILT.every((path) => existsSync(built(path)))) {
  if (!isRepository) fail('mymlops-client is not complete. Install it again.');
  process.stderr.write('mymlops-client: building once...\n');
  const { spawnSync } = require('node:child_process');
  const build = join(__dirname, '../../scripts/build.mjs');
  const { status } = spawnSync(process.execPath, [build], { stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    fail('mymlops-client could not be built. Run `npm install` and `npm run build` in its repository; they say why.');
  }
}

keepCompiledCode();
void require(built('client/dist/cli.cjs')).main(process, built('deploy/local/dist/main.mjs'), 1);
