import { chmodSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findOnPath } from '../../../client/src/files/find-on-path';
import { useTempFolders, writeFiles } from '../temp-folder';

const tempFolder = useTempFolders();

function folderWith(names: string[], mode = 0o755): string {
  const folder = tempFolder();
  writeFiles(folder, Object.fromEntries(names.map((name) => [name, '#!/bin/sh\n'])));
  for (const name of names) chmodSync(join(folder, name), mode);
  return folder;
}

function folderIn(): string {
  const folder = tempFolder();
  mkdirSync(join(folder, 'tool'));
  return folder;
}

const find = (folders: string[], platform?: NodeJS.Platform): string | undefined =>
  findOnPath('tool', { PATH: folders.join(delimiter) }, platform);

test('the first file that can be executed is the program', () => {
  const [first, second] = [folderWith(['tool']), folderWith(['tool'])];
  const others = [folderWith(['other']), folderWith(['tool'], 0o644), folderIn(), '/nonexistent'];
  expect(find([...others, first, second])).toBe(join(first, 'tool'));
});

test('there is none where the PATH has none, or is missing', () => {
  expect(find([folderWith(['other'])])).toBeUndefined();
  expect(findOnPath('tool', {})).toBeUndefined();
});

test('on Windows the ending makes a program', () => {
  const folder = folderWith(['tool', 'tool.cmd']);
  expect(find([folder], 'win32')).toBe(join(folder, 'tool.cmd'));
});
