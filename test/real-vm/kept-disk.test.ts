// The copy of a VM's disk that is an image: whole, without the disk below it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepDisk } from './qemu';
import { newDisk } from './snapshot';

const MIB = 1024 * 1024;
let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'kept-disk-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('what was in the image below, and what the VM has written, are in the copy', async () => {
  const inFolder = (name: string): string => join(folder, name);
  for (const name of ['vm', 'image']) mkdirSync(inFolder(name));
  const below = Buffer.alloc(4 * MIB);
  below.write('of the image', 2 * MIB);
  writeFileSync(inFolder('below.raw'), below);
  newDisk(inFolder('vm/disk.qcow2'), inFolder('below.raw'), 'raw');
  execFileSync('qemu-io', ['-f', 'qcow2', '-c', 'write -P 0x61 0 512', inFolder('vm/disk.qcow2')]);
  await keepDisk(inFolder('vm'), inFolder('image'));
  rmSync(inFolder('below.raw'));
  rmSync(inFolder('vm'), { recursive: true });
  execFileSync('qemu-img', ['convert', '-O', 'raw', inFolder('image/disk.qcow2'), inFolder('read.raw')]);
  const read = readFileSync(inFolder('read.raw'));
  expect(read.subarray(0, 512).toString()).toBe('a'.repeat(512));
  expect(read.subarray(2 * MIB, 2 * MIB + 12).toString()).toBe('of the image');
});
