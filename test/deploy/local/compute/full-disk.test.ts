// A disk that is full for a while: no VM runs on because of it, and everything is written later.
import { existsSync, mkdtempSync, readFileSync, rmSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openComputeStore } from '../../../../deploy/local/compute/store';
import { startChild, type Child } from './child';
import { eventually } from '../harness';
import { isRunning, startCloud, vmBody, type Resource } from './fixture';

let folder: string;
let child: Child | undefined;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'compute-'))));
afterEach(async () => {
  await child?.kill();
  const left = child && (await startCloud({ folder }));
  child = undefined;
  await left?.end();
  rmSync(folder, { recursive: true, force: true });
});

test('while the disk is full, VMs that expire, end or are deleted go off; when it has room again, their records follow', async () => {
  child = await startChild(folder, { speed: 20 });
  const { call, insert } = child;
  const report = 'echo $$ > pid; touch ready;';
  const scheduling = { maxRunDuration: { seconds: 60 }, instanceTerminationAction: 'DELETE' };
  const inserts = [
    await insert(vmBody({ name: 'ends', startup: `${report} until [ -e go ]; do sleep 0.01; done` })),
    await insert(
      vmBody({
        name: 'deleted',
        startup: `${report} exec sleep 100`,
        shutdown: 'touch down; until [ -e go ]; do sleep 0.01; done',
      }),
    ),
    await insert(vmBody({ name: 'expires', startup: `${report} exec sleep 100`, shutdown: 'true', scheduling })),
  ];
  const homes = inserts.map(({ targetId }) => join(folder, 'vms', targetId, 'home'));
  const [endsHome = '', deletedHome = ''] = homes;
  await eventually(() => homes.every((home) => existsSync(join(home, 'ready'))));
  const pids = homes.map((home) => Number(readFileSync(join(home, 'pid'), 'utf8')));
  const deletion = (await call('DELETE', '/instances/deleted')).body;
  await eventually(() => existsSync(join(deletedHome, 'down')));
  expect(pids.filter(isRunning)).toEqual(pids);

  child.fillDisk();
  for (const home of [endsHome, deletedHome]) writeFileSync(join(home, 'go'), '');
  await eventually(() => pids.filter(isRunning).length === 0, 'power off');
  expect((await call('POST', '/instances', vmBody({ name: 'refused' }))).status).not.toBe(200);
  const operation = async (): Promise<Resource> => (await call('GET', `/operations/${deletion.name}`)).body;
  expect((await operation()).status).not.toBe('DONE');

  child.freeDisk();
  const statusOf = async (name: string): Promise<unknown> => {
    const { status, body } = await call('GET', `/instances/${name}`);
    return status === 200 ? body.status : status;
  };
  await eventually(async () => (await operation()).status === 'DONE', 'DONE');
  await eventually(async () => (await statusOf('ends')) === 'TERMINATED', 'ended');
  await eventually(async () => (await statusOf('expires')) === 404, 'expired');
  expect(await statusOf('deleted')).toBe(404);
  expect(await statusOf('refused')).toBe(404);
});

test('a compaction that fails loses no write and fails none', () => {
  const logged: string[] = [];
  const open = () => openComputeStore(folder, (severity, message) => logged.push(`${severity} ${message}`));
  const store = open();
  const inTheWay = join(folder, 'compute.journal.new');
  mkdirSync(inTheWay);
  for (let count = 0; count < 12; count += 1) {
    store.write({
      metadata: [
        ['script', 'x'.repeat(500_000)],
        ['count', String(count)],
      ],
      of: '1',
    });
  }
  expect(logged).toEqual(['WARNING journal not compacted']);
  store.close();
  rmSync(inTheWay, { recursive: true });
  const again = open();
  expect(again.metadata('1')['count']).toBe('11');
  again.close();
});
