// Writes a bundle into one file, which the user reads before it is sent.
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';

/**
 * The absolute path of `file`. Throws ExpectedError if it exists: what is in it may not have been sent yet. Also if its folder does
 * not: to collect takes a minute.
 */
export function newFile(file: string, cwd: string): string {
  if (file === '') throw new ExpectedError('--bundle is empty. Name a file, such as doctor.json.', EXIT.usage);
  const path = resolve(cwd, file);
  if (isFolder(path)) {
    throw new ExpectedError(`${file} is a folder. Name a file: ${join(file, 'doctor.json')}`, EXIT.usage);
  }
  if (existsSync(path)) throw exists(file);
  if (!isFolder(dirname(path))) throw noFolder(file);
  return path;
}

/** For its owner only. Returns its size in bytes. Throws ExpectedError if the file exists, or cannot be made. */
export function writeBundle(bundle: object, path: string, file: string): number {
  const text = Buffer.from(`${JSON.stringify(bundle, null, 2)}\n`);
  try {
    writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw exists(file);
    if (code === 'ENOENT' || code === 'ENOTDIR') throw noFolder(file);
    throw error;
  }
  return text.length;
}

const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();

const exists = (file: string): ExpectedError =>
  new ExpectedError(`${file} exists, and is not overwritten. Choose another name, or delete it first.`, EXIT.usage);

const noFolder = (file: string): ExpectedError =>
  new ExpectedError(`Cannot write ${file}: its folder does not exist. Make it, or choose another file.`);
