// The lock of a state folder: which process counts as running, and what happens when several try at once.
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tryLock } from '../../../../deploy/local/state/lock';
import { identityOf } from '../../../../deploy/local/shared/process-identity';
import { bundleProgram } from '../../../bundle';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a lock is released', () => {
  const attempt = tryLock(folder);
  expect(attempt).toHaveProperty('lock');
  expect(readdirSync(join(folder, 'owners'))).toEqual([identityOf(process.pid)]);
  if ('lock' in attempt) attempt.lock.release();
  expect(readdirSync(folder)).toEqual([]);
});

test('a running process keeps its lock, a killed one loses it', async () => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('close', resolve));
  try {
    const identity = identityOf(child.pid ?? 0) ?? '';
    mkdirSync(join(folder, 'owners'));
    writeFileSync(join(folder, 'owners', identity), '');
    expect(tryLock(folder)).toEqual({ ownerPids: [child.pid] });
    expect(readdirSync(join(folder, 'owners'))).toEqual([identity]);
    child.kill('SIGKILL');
    await ended;
    expect(tryLock(folder)).toHaveProperty('lock');
    expect(readdirSync(join(folder, 'owners'))).toEqual([identityOf(process.pid)]);
  } finally {
    child.kill('SIGKILL');
  }
});

test('many lock and release at once: none fails, and there are never two owners', async () => {
  const program = await bundleProgram(join(__dirname, 'lock-program.ts'), folder);
  const child = async () => promisify(execFile)(process.execPath, [program, folder, '1000']);
  const outcomes = await Promise.all([child(), child(), child(), child()]);
  expect(outcomes.map(({ stdout, stderr }) => [stdout, stderr])).toEqual(outcomes.map(() => ['0', '']));
});

test('a lock file that is gone, or another one of its name, is not ours; a folder that cannot be read tells nothing', () => {
  const attempt = tryLock(folder);
  if (!('lock' in attempt)) throw new Error('not locked');
  const { isOurs } = attempt.lock;
  const file = join(folder, 'owners', identityOf(process.pid) ?? '');
  expect(isOurs()).toBe(true);
  renameSync(file, `${file}.away`);
  expect(isOurs()).toBe(false);
  writeFileSync(file, '');
  expect(isOurs()).toBe(false);
  renameSync(`${file}.away`, file);
  expect(isOurs()).toBe(true);
  renameSync(join(folder, 'owners'), join(folder, 'away'));
  expect(isOurs()).toBe(false);
  symlinkSync('owners', join(folder, 'owners')); // ELOOP
  expect(isOurs()).toBe(true);
  rmSync(join(folder, 'owners'));
});

test('a lock file that came with a copy of the folder does not count, and goes', () => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  try {
    mkdirSync(join(folder, 'owners'));
    writeFileSync(join(folder, 'owners', identityOf(child.pid ?? 0) ?? ''), '1-2');
    expect(tryLock(folder)).toHaveProperty('lock');
    expect(readdirSync(join(folder, 'owners'))).toEqual([identityOf(process.pid)]);
  } finally {
    child.kill('SIGKILL');
  }
});
