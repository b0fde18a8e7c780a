// Who gets a state folder that another process may have.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { acquireLock } from '../../../../deploy/local/process/acquire-lock';
import { identityOf } from '../../../../deploy/local/shared/process-identity';
import { useTempFolders } from '../../../client/temp-folder';

const tempFolder = useTempFolders();
const others: ChildProcess[] = [];
afterEach(() => {
  for (const other of others.splice(0)) other.kill('SIGKILL');
});

/** A folder that another process has, which published its endpoints if `isReady`. */
function folderOfAnother(isReady: boolean): { folder: string; pid: number } {
  const folder = join(tempFolder(), 'state');
  mkdirSync(join(folder, 'owners'), { recursive: true, mode: 0o700 });
  const other = spawn('sleep', ['60'], { stdio: 'ignore' });
  others.push(other);
  const pid = other.pid ?? 0;
  writeFileSync(join(folder, 'owners', identityOf(pid) ?? ''), '');
  const address = '127.0.0.1:1';
  const addresses = { firestore: address, pubsub: address, compute: address, storage: address };
  const endpoints = { v: 1, pid, deployment: 'mymlops', token: 'x'.repeat(32), ...addresses };
  writeFileSync(join(folder, 'mymlops.json'), JSON.stringify({ v: 1, deployment: 'mymlops' }));
  if (isReady) writeFileSync(join(folder, 'endpoints.json'), JSON.stringify(endpoints));
  return { folder, pid };
}

test('a folder that does not exist is created and locked', async () => {
  const lock = await acquireLock({ folder: join(tempFolder(), 'state'), patienceMs: 0 });
  expect(lock).not.toBeNull();
  lock?.release();
});

test('another process that is ready keeps it', async () => {
  const { folder } = folderOfAnother(true);
  expect(await acquireLock({ folder, patienceMs: 60_000 })).toBeNull();
});

test('another process that does not get ready is named', async () => {
  const { folder, pid } = folderOfAnother(false);
  await expect(acquireLock({ folder, patienceMs: 0 })).rejects.toThrow(`${folder} is in use by process ${pid}`);
});

test('a process that ends meanwhile leaves it', async () => {
  const { folder } = folderOfAnother(false);
  const acquiring = acquireLock({ folder, patienceMs: 60_000 });
  others[0]?.kill('SIGKILL');
  const lock = await acquiring;
  expect(lock).not.toBeNull();
  lock?.release();
});
