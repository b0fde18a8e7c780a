// The text that the VM of a build runs: bash itself runs it here.
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_IMAGE_SETUP_BYTES } from '@mymlops/protocol';
import { readSetup } from '../../../client/src/images/setup-text';
import { useTempFolders, writeFiles } from '../temp-folder';

const tempFolder = useTempFolders();

/** Reads the setup of a project with these files, from its folder. */
function read(contents: Record<string, string | Buffer>, files: string[] = [], setup = 'setup.sh'): string {
  const folder = tempFolder();
  writeFiles(folder, contents);
  return readSetup({ setup, files, cwd: folder, folder });
}

/** As the VM does, in an empty folder. */
function run(text: string) {
  const folder = tempFolder();
  const { status, stdout } = spawnSync('bash', ['-c', text], { cwd: folder, encoding: 'utf8' });
  return { folder, status, stdout };
}

test('a setup without files is sent as it is', () => {
  const text = '#!/bin/bash\nset -e\necho "$HOME ä"\n';
  expect(read({ 'setup.sh': text })).toBe(text);
});

test('files of the project lie where the setup runs, byte by byte, under their own paths', () => {
  const content = Buffer.from([0, 255, 10, 39, 92, ...Buffer.from('x'.repeat(200)), 13, 10]);
  const project = tempFolder();
  writeFiles(project, {
    'setup.sh': 'set -e\ncat requirements.txt\n./tools/go\n',
    'requirements.txt': 'torch\n',
    "data/it's $HOME.bin": content,
    empty: '',
    'tools/go': '#!/bin/sh\necho gone\n',
  });
  chmodSync(join(project, 'tools/go'), 0o755);
  const files = ['../requirements.txt', "../data/it's $HOME.bin", '../empty', 'go'];
  const text = readSetup({ setup: '../setup.sh', files, cwd: join(project, 'tools'), folder: project });
  const { folder, status, stdout } = run(text);
  expect({ status, stdout }).toEqual({ status: 0, stdout: 'torch\ngone\n' });
  expect(readFileSync(join(folder, "data/it's $HOME.bin")).equals(content)).toBe(true);
  expect(statSync(join(folder, 'empty')).size).toBe(0);
  expect(statSync(join(folder, 'requirements.txt')).mode & 0o111).toBe(0);
});

test('a file that cannot be written ends the setup, and so the build', () => {
  const text = read({ 'setup.sh': 'echo built\n', 'a/b': 'x' }, ['a/b']);
  const folder = tempFolder();
  writeFiles(folder, { a: 'a file where the folder must be' });
  const { status, stdout } = spawnSync('bash', ['-c', text], { cwd: folder, encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
});

test.each<[what: string, content: string | Buffer, sentence: RegExp]>([
  ['empty', ' \n', /^setup\.sh is empty\. Write the commands/],
  ['no UTF-8', Buffer.from([0xff, 0xfe, 0x41, 0]), /^setup\.sh is not UTF-8/],
  ['a program', Buffer.from('ab\0c'), /^setup\.sh contains a NUL byte/],
  ['for Python', '#!/usr/bin/env python3\nprint(1)\n', /^setup\.sh is a script for another program.*--file setup\.sh$/],
  ['with CRLF', 'set -e\r\npip install torch\r\n', /^setup\.sh has Windows line endings/],
  [
    'with a key in it',
    `cat >k <<E\n-----BEGIN RSA PRIVATE KEY-----\n${'A'.repeat(64)}\nE\n`,
    /^setup\.sh holds secrets/,
  ],
  ['too large', '#'.repeat(MAX_IMAGE_SETUP_BYTES + 1), /^setup\.sh has 120001 bytes, but a setup has at most 120000,/],
])('a setup that is %s is refused', (_what, content, sentence) => {
  expect(() => read({ 'setup.sh': content })).toThrow(sentence);
});

test.each(['#!/bin/bash', '#!/bin/sh', '#! /usr/bin/env bash', '#!/usr/bin/env -S bash -e', '#!/bin/dash -eu'])(
  'a setup that begins with %s is for bash',
  (line) => {
    expect(read({ 'setup.sh': `${line}\ntrue\n` })).toContain(line);
  },
);

test('a setup that is not there, or is a folder, is named', () => {
  expect(() => read({})).toThrow(/^setup\.sh does not exist\. Name a file\.$/);
  expect(() => read({ 'setup.sh/x': '' })).toThrow(/^setup\.sh is a folder\. Name a file\.$/);
});

const SETUP = { 'setup.sh': 'true\n' };

test.each<[what: string, files: Record<string, string>, sentence: RegExp]>([
  ['.env', { '.env': 'KEY=1\n' }, /^\.env holds secrets.*--secret: mymlops-client secrets set NAME --from-file \.env$/],
  ['id', { id: `-----BEGIN OPENSSH PRIVATE KEY-----\n${'A'.repeat(64)}\n` }, /^id holds secrets/],
  ['none', {}, /^none does not exist\. Name a file\.$/],
  ['large', { large: 'x'.repeat(MAX_IMAGE_SETUP_BYTES + 1) }, /^large has 120001 bytes, but/],
  // In base64 it grows.
  [
    'grows',
    { grows: 'x'.repeat(100_000) },
    /^The setup with its files has 13\d{4} bytes, but a setup has at most 120000,/,
  ],
  ['a\nb', { 'a\nb': '' }, /^"a\\nb" has a control character in its name/],
])('the file %j is not sent', (file, files, sentence) => {
  expect(() => read({ ...SETUP, ...files }, [file])).toThrow(sentence);
});

test('a file outside of the project is not sent, nor one that a link leads to', () => {
  const [project, other] = [tempFolder(), tempFolder()];
  writeFiles(project, SETUP);
  writeFiles(other, { secret: 'x' });
  symlinkSync(join(other, 'secret'), join(project, 'link'));
  for (const file of [join(other, 'secret'), 'link']) {
    expect(() => readSetup({ setup: 'setup.sh', files: [file], cwd: project, folder: project })).toThrow(
      `${file} is not in ${project}. --file takes files of the project: copy it there.`,
    );
  }
});

test('our own setup is for bash, and small', () => {
  const text = readFileSync(join(__dirname, '../../../client/templates/image/base.sh'), 'utf8');
  expect(spawnSync('bash', ['-n', '-c', text]).status).toBe(0);
  expect(text).toMatch(/^set -euo pipefail$/m);
});
