// The state folder is removed under a running local cloud: nothing goes on running unseen, and the next local cloud is left alone.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isRunning, vmBody, ZONE } from './compute/fixture';
import { childrenOf, makePlace, type Place } from './cloud-process';
import { eventually } from './harness';

let place: Place;
beforeEach(() => {
  place = makePlace();
});
const vms: number[] = [];
afterEach(async () => {
  for (const vm of vms.splice(0).filter(isRunning)) process.kill(vm, 'SIGKILL');
  await place.removeAll();
});

const names = (): string[] => readdirSync(place.folder);
/** At once: a VM may be writing into it. */
function remove(): void {
  const away = `${place.folder}-removed`;
  renameSync(place.folder, away);
  rmSync(away, { recursive: true });
}

/** Starts a VM that notes its process in a file beside the state folder; returns the process. */
async function startVm(script: string): Promise<number> {
  const file = join(dirname(place.folder), 'pid');
  const startup = `#!/bin/bash\necho $$ > '${file}'\n${script}`;
  const path = `/compute/v1/projects/local/zones/${ZONE}/instances`;
  expect((await place.post('compute', path, vmBody({ startup }))).status).toBe(200);
  await eventually(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'));
  const vm = Number(readFileSync(file, 'utf8'));
  vms.push(vm);
  return vm;
}

/** Writes into its home again and again, and makes the folder anew, as an agent does. */
const BUSY = 'umask 077; while :; do mkdir -p "$HOME/.mymlops/private"; sleep 0.02; done';

test('it went on running for ever: it ends itself, its functions and its VMs, and leaves no folder', async () => {
  const { ended } = await place.startReady();
  const vm = await startVm(BUSY);
  remove();
  expect(await ended).toBe(1);
  expect(isRunning(vm)).toBe(false);
  expect(childrenOf(place.folder)).toEqual([]);
  expect(existsSync(place.folder)).toBe(false);
});

test('a folder that was moved away, too; what is in it stays as it was', async () => {
  const { ended } = await place.startReady();
  const vm = await startVm('exec sleep 600');
  const away = `${place.folder}-away`;
  renameSync(place.folder, away);
  expect(await ended).toBe(1);
  expect(isRunning(vm)).toBe(false);
  expect(readdirSync(away)).toEqual(expect.arrayContaining(['endpoints.json', 'owners', 'compute']));
});

test.each(['by itself', 'by SIGTERM'])(
  'a second local cloud started there, and the first one deleted its endpoints and socket when it ended %s',
  async (how) => {
    const first = await place.startReady();
    remove();
    const second = place.start();
    await eventually(() => existsSync(join(place.folder, 'endpoints.json')));
    if (how === 'by SIGTERM') first.child.kill('SIGTERM');
    await eventually(() => second.stdout() === 'ready\n');
    await first.ended;
    expect(place.endpoints().pid).toBe(second.child.pid);
    expect(names()).toEqual(expect.arrayContaining(['endpoints.json', 'functions.sock', 'owners', 'mymlops.json']));
    await place.publish('mymlops-requests', {});
    await eventually(() => place.calls().length > 0);
  },
);

test('a VM that was running had made the folder anew, and it was refused for ever as one with other files', async () => {
  const first = await place.startReady();
  const vm = await startVm(BUSY);
  remove();
  await eventually(() => existsSync(join(place.folder, 'compute/vms')));
  await place.startReady();
  await first.ended;
  expect(isRunning(vm)).toBe(false);
  expect(names()).toContain('endpoints.json');
});

test('only its lock file is gone: it ends, and its VM goes on for the next one', async () => {
  const first = await place.startReady();
  const vm = await startVm('exec sleep 600');
  rmSync(join(place.folder, 'owners'), { recursive: true });
  expect(await first.ended).toBe(1);
  expect(isRunning(vm)).toBe(true);
  await place.startReady();
  expect(isRunning(vm)).toBe(true);
  const path = `/compute/v1/projects/local/zones/${ZONE}/instances/vm`;
  const { compute, token } = place.endpoints();
  const answer = await fetch(`http://${compute}${path}`, { headers: { authorization: `Bearer ${token}` } });
  expect(await answer.json()).toMatchObject({ status: 'RUNNING' });
});

test('a folder that only looks like those of VMs holds other files', async () => {
  mkdirSync(join(place.folder, 'compute/vms/mine'), { recursive: true, mode: 0o700 });
  const { ended, stderr } = place.start();
  expect([await ended, stderr()]).toEqual([1, expect.stringContaining('holds other files')]);
});
