// Scripts with Windows line endings: which of them the command starts.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { refuseWindowsScripts } from '../../../../client/src/runs/commit/windows-scripts';
import { useTempFolders, writeFiles } from '../../temp-folder';

const tempFolder = useTempFolders();

function project(): string {
  const folder = tempFolder();
  mkdirSync(join(folder, 'folder'));
  writeFiles(folder, {
    'windows.sh': '#!/bin/bash\r\necho\r\n',
    'plain-windows.sh': 'echo\r\n',
    'unix.sh': '#!/bin/bash\necho "\r\n"\n',
    'train.py': '#!/usr/bin/env python3\r\nprint(1)\r\n',
    'my script.sh': '#!/bin/sh\r\n',
    'empty.sh': '',
    'one-line.sh': '#!/bin/sh\r',
  });
  return folder;
}

test.each([
  ['./windows.sh', 'windows.sh'],
  ['windows.sh', 'windows.sh'],
  ['cd . && ./windows.sh -x', 'windows.sh'],
  ['A=1 exec ./windows.sh', 'windows.sh'],
  ['if ./windows.sh; then ./unix.sh; fi; ./unix.sh', 'windows.sh'],
  ['"./my script.sh"', 'my script.sh'],
  ['bash windows.sh', 'windows.sh'],
  ['/bin/sh plain-windows.sh', 'plain-windows.sh'],
  ['. ./plain-windows.sh; ./unix.sh', 'plain-windows.sh'],
  ['./train.py', 'train.py'],
])('%s was reported at the end of a run, as a program that is not installed', (command, name) => {
  expect(() => refuseWindowsScripts({ command }, project())).toThrow(
    new RegExp(`${name} has Windows line endings \\(CRLF\\).*perl -pi -e 's/\\\\r\\$//' '(\\./)?${name}'$`),
  );
  expect(() => refuseWindowsScripts({ command: './unix.sh', setup: command }, project())).toThrow('CRLF');
});

test.each([
  './unix.sh',
  'python3 train.py',
  './unix.sh windows.sh',
  'cat windows.sh | ./unix.sh',
  './unix.sh # ./windows.sh',
  './plain-windows.sh',
  './none.sh',
  './folder',
  './empty.sh',
  './one-line.sh',
  '/bin/true',
  '../windows.sh',
  'bash',
  'echo "',
])('%s', (command) => {
  expect(refuseWindowsScripts({ command }, project())).toBeUndefined();
});
