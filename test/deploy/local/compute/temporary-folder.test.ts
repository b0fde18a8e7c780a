// TMPDIR of a VM on a deep state folder: sockets can be made there, and nothing stays behind.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { temporaryFolderOf } from '../../../../deploy/local/compute/temporary-folder';
import { eventually } from '../harness';
import { isRunning, startCloud, vmBody, ZONE, type Cloud } from './fixture';

const SOCKET = 'pymp-12345678/listener-12345678';
let root: string;
let cloud: Cloud;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'deep-'));
  const folder = join(root, 'x'.repeat(60));
  mkdirSync(folder);
  cloud = await startCloud({ folder });
});
afterAll(async () => {
  await cloud.end();
  rmSync(root, { recursive: true });
});

test('a program of the VM can make a socket in TMPDIR, which goes with the VM', async () => {
  const listen = `require('net').createServer().listen(process.env.TMPDIR + '/${SOCKET}', () => console.log('listens'))`;
  const startup = `echo "$TMPDIR" > tmpdir; mkdir -p "$TMPDIR/${dirname(SOCKET)}"; exec '${process.execPath}' -e "${listen}"`;
  const vm = await cloud.insert(vmBody({ name: 'deep', startup: `#!/bin/bash\n${startup}` }));
  await eventually(() => cloud.serialLog(vm) === 'listens\n');
  const temporary = readFileSync(join(cloud.vmFolder(vm), 'home/tmpdir'), 'utf8').trim();
  expect(temporary.startsWith(cloud.folder)).toBe(false);
  expect(statSync(temporary).mode & 0o777).toBe(0o700);
  await cloud.done('DELETE', `/zones/${ZONE}/instances/deep`);
  expect(existsSync(temporary)).toBe(false);
  expect(existsSync(cloud.vmFolder(vm))).toBe(false);
});

test('what stands there with no other tie to its VM goes with it', async () => {
  const unrelated = `bash -c '(setsid bash -c "echo \\$\\$ > pid; exec sleep 100" &)'`;
  // The script goes on: a VM that ends would end the other process too, before the test looks.
  const startup = `cd "$TMPDIR" && setsid env -i PATH="$PATH" ${unrelated} </dev/null >/dev/null 2>&1 &\nexec sleep 100`;
  const vm = await cloud.insert(vmBody({ name: 'unrelated', startup: `#!/bin/bash\n${startup}` }));
  const file = join(temporaryFolderOf(cloud.vmFolder(vm)), 'pid');
  await eventually(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'));
  const pid = Number(readFileSync(file, 'utf8'));
  expect(isRunning(pid)).toBe(true);
  await cloud.done('DELETE', `/zones/${ZONE}/instances/unrelated`);
  expect(isRunning(pid)).toBe(false);
});

test.each([
  ['/home/ada/.local/state/mymlops/compute/vms/4611686018427387904', 'inside'],
  ['/Users/ada/Library/Application Support/mymlops/compute/vms/4611686018427387904', 'outside'],
])('below %s it lies %s', (folder, where) => {
  const outside = /^\/tmp\/mymlops-4611686018427387904-[0-9a-f]{12}$/;
  expect(temporaryFolderOf(folder)).toMatch(where === 'inside' ? `${folder}/tmp` : outside);
});

test('that of a copied state folder is another one: a reset of the copy emptied that of a running VM', () => {
  const inCopy = (copy: string): string =>
    temporaryFolderOf(`/${'x'.repeat(80)}${copy}/compute/vms/4611686018427387904`);
  expect(inCopy('')).not.toBe(inCopy('-copy'));
});
