// The functions' adapters against the stand-ins: what the ports promise, over the real libraries and the real wire.
import { createServer } from 'node:http';
import { aCommit, anAttempt, RUN } from '../fakes/builders';
import { startStandIns, NAMES } from './stand-ins';
import { EMPTY_RUN, observeCommit } from '../../functions/src/engine/run/observe';
import { runKind } from '../../functions/src/engine/run/kind';
import { isSameVm } from '../../functions/src/engine/vm/identity';
import { openBucketPort } from '../../functions/src/google/bucket';
import { openCompute } from '../../functions/src/google/compute';
import { fakeGoogle } from '../fakes/google';
import type { Compute } from '../../functions/src/ports/compute';
import type { CloudVm } from '../../functions/src/ports/compute-view';
import type { CommitRequest } from '@mymlops/protocol';
import { BUCKETS } from '../fakes/buckets';

let standIns: Awaited<ReturnType<typeof startStandIns>>;
beforeAll(async () => {
  standIns = await startStandIns();
});
afterAll(() => standIns.close());

const local = () => standIns.endpoints;

const REQUEST_ID = '3f957ea9-d461-5e73-8a18-00abf3c315ff';

describe('cloud', () => {
  const { context } = fakeGoogle();
  const scripts = { ...context.settings.scripts, run: { startup: '#!/bin/bash\nexec sleep 600\n', shutdown: '' } };
  const settings = { ...context.settings, scripts };
  const attempt = anAttempt({ requestId: REQUEST_ID, start: { maxRunDurationSeconds: 3600 } });
  const bodyOf = (request: CommitRequest) =>
    runKind.insertBodyOf({ ...observeCommit(EMPTY_RUN, request, 'now'), attempts: { 1: attempt } }, 1, settings);
  const body = bodyOf(aCommit());
  const { labels } = runKind.targetOf(RUN, 1, attempt.vm);
  const isOurs = (vm: CloudVm): boolean => isSameVm(vm, attempt.vm, labels);

  async function insertAndWait(cloud: Compute): Promise<void> {
    const answer = await cloud.insert('local-a', REQUEST_ID, body);
    if (!('operation' in answer)) throw new Error('no operation');
    expect(await cloud.awaitOperation('local-a', answer.operation, 10)).toEqual({ done: true, failure: undefined });
  }

  test('a VM from insert to proven absence', async () => {
    const cloud = openCompute(NAMES, local);
    const offers = await cloud.offers({ machineType: 'e2-standard-2' });
    expect(offers.zones).toContain('local-a');
    expect(offers.offering).toEqual(offers.zones);
    expect((await cloud.offers({ machineType: 'm9-none-2' })).offering).toEqual([]);
    expect(await cloud.get('local-a', body.name)).toBeUndefined();
    await insertAndWait(cloud);
    expect(await cloud.get('local-a', body.name)).toMatchObject({
      name: body.name,
      zone: 'local-a',
      status: 'RUNNING',
      labels: body.labels,
      maxRunDurationSeconds: 3600,
      terminationAction: 'DELETE',
    });
    expect(await cloud.getDisk('local-a', body.name)).toMatchObject({ inUse: true, labels: body.labels });
    const { vms, disks } = await cloud.list();
    expect([vms.map((vm) => vm.name), disks.map((disk) => disk.name)]).toEqual([[body.name], [body.name]]);
    // The same request again is the same VM; another request under its name is refused: it exists.
    expect(await cloud.insert('local-a', REQUEST_ID, body)).toHaveProperty('operation');
    const other = '00000000-0000-5000-8000-000000000001';
    expect(await cloud.insert('local-a', other, body)).toEqual({ exists: true });
    expect(await cloud.setMetadata('local-a', body.name, isOurs, { 'mymlops-control': 'result=succeeded\n' })).toBe(
      true,
    );
    const operation = await cloud.delete('local-a', body.name);
    expect(await cloud.awaitOperation('local-a', operation ?? '', 10)).toMatchObject({ done: true });
    expect(await cloud.get('local-a', body.name)).toBeUndefined();
    expect(await cloud.getDisk('local-a', body.name)).toBeUndefined();
    expect(await cloud.delete('local-a', body.name)).toBeUndefined();
    expect(await cloud.deleteDisk('local-a', body.name)).toBeUndefined();
    expect(await cloud.setMetadata('local-a', body.name, isOurs, { k: 'v' })).toBe(false);
  });

  test('metadata of a VM that is not the one that was meant is left as it is', async () => {
    const cloud = openCompute(NAMES, local);
    const foreign = { ...body, name: 'somebody-elses', labels: { ...body.labels, 'mymlops-attempt': '7' } };
    const answer = await cloud.insert('local-a', '00000000-0000-5000-8000-000000000003', foreign);
    if (!('operation' in answer)) throw new Error('no operation');
    await cloud.awaitOperation('local-a', answer.operation, 10);
    expect(await cloud.setMetadata('local-a', foreign.name, isOurs, { 'mymlops-control': 'result=succeeded\n' })).toBe(
      false,
    );
    expect((await cloud.operationsOn('local-a', foreign.name)).map(({ type }) => type)).toEqual(['insert']);
    await cloud.delete('local-a', foreign.name);
  });

  test("a machine type that is none is refused with Google's word for it", async () => {
    const cloud = openCompute(NAMES, local);
    const wrong = { ...body, name: 'mymlops-x', machineType: 'zones/local-a/machineTypes/abacus-9' };
    const answer = await cloud.insert('local-a', '00000000-0000-5000-8000-000000000002', wrong);
    expect(answer).toMatchObject({ refused: { message: expect.stringContaining('abacus-9') } });
  });

  // The client drops fields that it does not know, without a word.
  test('the body on the wire is the intended one', async () => {
    let sent = '';
    const server = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => (sent += chunk.toString()));
      request.on('end', () => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ name: 'operation-1', status: 'RUNNING', targetId: '42' }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const cloud = openCompute(NAMES, () => ({ ...standIns.endpoints, compute: `127.0.0.1:${port}` }));
    const machine = {
      provisioning: 'spot' as const,
      accelerator: { type: 'nvidia-tesla-t4', count: 2 },
      snapshot: 'base',
      disk: { sizeGb: 200, type: 'pd-ssd' },
      serviceAccount: 'train@p.iam.gserviceaccount.com',
    };
    const full = bodyOf(aCommit({ machine, readyCommand: 'nvidia-smi' }));
    expect(await cloud.insert('local-a', REQUEST_ID, full)).toEqual({
      operation: 'operation-1',
      id: '42',
    });
    server.close();
    expect(JSON.parse(sent)).toMatchObject(JSON.parse(JSON.stringify(full)));
  });
});

test('results: a missing one is absent, one that is too large is not read', async () => {
  const results = openBucketPort({ project: 'local', name: BUCKETS.results }, local);
  expect(await results.read('runs/x/none', 10)).toBe('absent');
  await results.write('runs/x/a', 'one');
  await results.write('runs/x/a', 'two');
  expect(await results.read('runs/x/a', 10)).toEqual({ text: 'two' });
  expect(await results.read('runs/x/a', 2)).toBe('too-large');
});

test('results: the names below a prefix, and when the newest of them was written', async () => {
  const results = openBucketPort({ project: 'local', name: BUCKETS.results }, local);
  expect(await results.list('runs/n/')).toEqual([]);
  expect(await results.newest('runs/n/', [])).toBeUndefined();
  const before = new Date().toISOString();
  await results.write('runs/n/a', 'one');
  await results.write('runs/n/b', 'two');
  expect(await results.list('runs/n/')).toEqual(['runs/n/a', 'runs/n/b']);
  const newest = await results.newest('runs/n/', ['c']);
  expect(before <= String(newest) && String(newest) <= new Date().toISOString()).toBe(true);
  expect(await results.newest('runs/n/', ['a', 'b'])).toBeUndefined();
});

test('objects go by prefix, over pages; a name that only begins alike stays', async () => {
  const results = openBucketPort({ project: 'local', name: BUCKETS.results }, local);
  const names = Array.from({ length: 120 }, (_, number) => `runs/${RUN}/attempts/1/results/${number} ä`);
  const others = [`runs/${RUN}x/a`, 'sources/a.bundle'];
  await Promise.all([...names, ...others].map((name) => results.write(name, 'x')));
  await results.removeAll(`runs/${RUN}/`);
  await results.removeAll(`runs/${RUN}/`);
  for (const name of names) expect(await results.read(name, 10)).toBe('absent');
  for (const name of others) expect(await results.read(name, 10)).toEqual({ text: 'x' });
});
