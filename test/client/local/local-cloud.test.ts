// How a client finds the local cloud of its state folder.
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { folderIdentity } from '@mymlops/protocol';
import { runningLocalCloud, START_DEADLINE_MS } from '../../../client/src/local/local-cloud';
import { START_PATIENCE_MS } from '../../../deploy/local/process/acquire-lock';
import { useTempFolders } from '../temp-folder';

const tempFolder = useTempFolders();

test('a folder that another process has: its sentence was never printed, as client and local cloud gave up at once', () => {
  const loadingMs = 5_000; // until the process has begun to wait, on a slow computer
  expect(START_PATIENCE_MS + loadingMs).toBeLessThanOrEqual(START_DEADLINE_MS);
});

describe('the endpoints in a state folder', () => {
  const server = createServer();
  let address = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  test.each<[what: string, lockFile: string | undefined, isFound: boolean]>([
    ['of the process that has the lock count', 'own', true],
    ['of an earlier version, whose lock file is empty, count', '', true],
    ["of a copy are the original's: its process was ended by a reset of the copy", '1-2', false],
    ['of a process that does not have the lock are old', undefined, false],
  ])('%s', async (_what, lockFile, isFound) => {
    const folder = tempFolder();
    const addresses = { firestore: address, pubsub: address, compute: address, storage: address };
    const found = { v: 1, pid: process.pid, deployment: 'mymlops', token: 'x'.repeat(64), ...addresses };
    writeFileSync(join(folder, 'endpoints.json'), JSON.stringify(found));
    mkdirSync(join(folder, 'owners'));
    const own = folderIdentity(statSync(folder, { bigint: true }));
    const text = lockFile === 'own' ? own : lockFile;
    if (text !== undefined) writeFileSync(join(folder, 'owners', `${process.pid}.1`), text);
    expect((await runningLocalCloud({ env: { MYMLOPS_HOME: folder } })) !== null).toBe(isFound);
  });
});
