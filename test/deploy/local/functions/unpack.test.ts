// The functions that run here are those of the zip that is deployed.
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { zipSync } from 'fflate';
import { unpackFunctions } from '../../../../deploy/local/functions/unpack';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mymlops-unpack-'));
  mkdirSync(join(folder, 'program'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function zipWith(text: string): string {
  const file = join(folder, 'functions.zip');
  writeFileSync(file, zipSync({ 'index.mjs': Buffer.from(text), 'vm/agent.sh': Buffer.from('#!/bin/bash\n') }));
  return file;
}
const unpack = (zip: string): Promise<string> => unpackFunctions(zip, join(folder, 'program'));

test('it unpacks all files, and the framework is our copy', async () => {
  const main = await unpack(zipWith('export {};'));
  expect(readFileSync(main, 'utf8')).toBe('export {};');
  expect(readFileSync(join(dirname(main), 'vm/agent.sh'), 'utf8')).toBe('#!/bin/bash\n');
  const framework = join(dirname(main), 'node_modules/@google-cloud/functions-framework');
  expect(realpathSync(join(framework, 'package.json'))).toBe(
    realpathSync(require.resolve('@google-cloud/functions-framework').replace(/build\/.*$/, 'package.json')),
  );
});

test('the same zip is unpacked once; the program of another one goes', async () => {
  const first = await unpack(zipWith('export const n = 1;'));
  const { ino } = lstatSync(first);
  expect(await unpack(zipWith('export const n = 1;'))).toBe(first);
  expect(lstatSync(first).ino).toBe(ino);
  const second = await unpack(zipWith('export const n = 2;'));
  expect(readFileSync(second, 'utf8')).toBe('export const n = 2;');
  expect(readdirSync(join(folder, 'program'))).toHaveLength(1);
});

test('a folder that was half written when its process died is not used', async () => {
  const half = join(folder, 'program/partial-abc');
  mkdirSync(half);
  writeFileSync(join(half, 'index.mjs'), 'export const');
  const main = await unpack(zipWith('export {};'));
  expect(readFileSync(main, 'utf8')).toBe('export {};');
  expect(readdirSync(join(folder, 'program'))).toHaveLength(1);
});

test('a link to a framework that has moved is made anew', async () => {
  const main = await unpack(zipWith('export {};'));
  const link = join(dirname(main), 'node_modules/@google-cloud/functions-framework');
  rmSync(link);
  symlinkSync(join(folder, 'gone'), link);
  await unpack(zipWith('export {};'));
  expect(realpathSync(link)).toContain('functions-framework');
});

test('a file that was cut made every start fail: it is unpacked anew', async () => {
  const main = await unpack(zipWith('export const n = 1;'));
  writeFileSync(main, '');
  expect(await unpack(zipWith('export const n = 1;'))).toBe(main);
  expect(readFileSync(main, 'utf8')).toBe('export const n = 1;');
});

test('a zip with a damaged content leaves nothing behind, and what a process left that died goes', async () => {
  const zip = zipWith('export {};'.repeat(500));
  const content = readFileSync(zip);
  writeFileSync(zip, content.fill(0xff, 40, 60));
  mkdirSync(join(folder, 'program/partial-x'));
  await expect(unpack(zip)).rejects.toThrow(`${zip} is damaged`);
  expect(readdirSync(join(folder, 'program'))).toEqual([]);
});

test('a damaged zip is named, and the program that is there stays', async () => {
  const main = await unpack(zipWith('export {};'));
  const zip = join(folder, 'functions.zip');
  writeFileSync(zip, readFileSync(zip).subarray(0, 60));
  await expect(unpack(zip)).rejects.toThrow(`${zip} is damaged`);
  expect(readFileSync(main, 'utf8')).toBe('export {};');
});
