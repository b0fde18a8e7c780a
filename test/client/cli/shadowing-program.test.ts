import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from '../../../client/src/cli/program';
import { testContext } from '../context';
import { useTempFolders, writeFiles } from '../temp-folder';

const tempFolder = useTempFolders();
const LAUNCHER = join(__dirname, '../../../client/bin/mymlops-client.cjs');

function folderWith(text: string, mode = 0o755): string {
  const folder = tempFolder();
  writeFiles(folder, { mymlops: text });
  chmodSync(join(folder, 'mymlops'), mode);
  return folder;
}

function folderWithOurs(): string {
  const folder = tempFolder();
  symlinkSync(LAUNCHER, join(folder, 'mymlops'));
  return folder;
}

async function askVersion(...path: string[]): Promise<string[]> {
  const context = testContext({ env: { PATH: path.join(':') } });
  expect(await runCli(['--version'], context)).toBe(0);
  return context.said;
}

const THEIRS = '#!/usr/bin/env python3\nfrom mymlops.cli import main\nmain()\n';

test('--version names another program that answers to `mymlops`', async () => {
  const folder = folderWith(THEIRS);
  expect(await askVersion(folder, folderWithOurs())).toEqual([
    `\`mymlops\` runs another program here (${folder}/mymlops). Use \`mymlops-client\`.`,
  ]);
});

test.each([
  ['ours comes first', () => [folderWithOurs(), folderWith(THEIRS)]],
  [
    'ours is behind the wrapper of a package manager',
    () => [folderWith('#!/bin/sh\nexec node "$x/mymlops-client.cjs"')],
  ],
  ['the other one cannot be executed', () => [folderWith(THEIRS, 0o644)]],
  ['there is none', () => [tempFolder()]],
])('--version says nothing where %s', async (_case, path) => {
  expect(await askVersion(...path())).toEqual([]);
});
