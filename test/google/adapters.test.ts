// The functions' adapters against the stand-ins: what the ports promise, over the real libraries and the real wire.
import { createServer } from 'node:http';
import { aCommit, aReport, RUN } from '../fakes/builders';
import { startStandIns, NAMES } from './stand-ins';
import { instanceBody } from '../../functions/src/engine/instance-body';
import { EMPTY_RUN, observeCommit } from '../../functions/src/engine/observe';
import { openBus } from '../../functions/src/google/bus';
import { openCloud } from '../../functions/src/google/cloud';
import { openResults } from '../../functions/src/google/results';
import { openRuns } from '../../functions/src/google/runs';
import { fakeGoogle } from '../fakes/google';
import type { Cloud } from '../../functions/src/ports';

let standIns: Awaited<ReturnType<typeof startStandIns>>;
beforeAll(async () => {
  standIns = await startStandIns();
});
afterAll(() => standIns.close());

const local = () => standIns.endpoints;

describe('runs', () => {
  const state = observeCommit(EMPTY_RUN, aCommit(), '2026-11-21T10:00:00Z');

  test('create once, load, write over exactly what was loaded', async () => {
    const runs = openRuns(NAMES, local);
    expect(await runs.load(RUN)).toBeUndefined();
    expect(await runs.create(RUN, state)).toBe('created');
    expect(await runs.create(RUN, state)).toBe('exists');
    const stored = await runs.load(RUN);
    if (!stored) throw new Error('just created');
    expect(stored.state).toEqual(state);
    expect(await runs.update(stored, { ...state, cancel: { by: 'ada', at: 'now' } })).toBe(true);
    expect(await runs.update(stored, { ...state, cancel: { by: 'bob', at: 'now' } })).toBe(false);
    expect((await runs.load(RUN))?.state.cancel?.by).toBe('ada');
  });

  test('an audit document comes with the run, once, and a second one does not stop the write', async () => {
    const runs = openRuns(NAMES, local);
    const { v, attempt, writer, boot, seq, sentAt, state: said } = aReport();
    const audit = { id: 'e1', document: { v, attempt, writer, boot, seq, sentAt, receivedAt: sentAt, state: said } };
    for (const by of ['one', 'two']) {
      const stored = await runs.load(RUN);
      if (!stored) throw new Error('no run');
      expect(await runs.update(stored, { ...stored.state, cancel: { by, at: 'now' } }, { audit })).toBe(true);
    }
    expect((await runs.load(RUN))?.state.cancel?.by).toBe('two');
  });

  test('live lists what is live, over pages', async () => {
    const runs = openRuns(NAMES, local);
    const ids = Array.from({ length: 310 }, (_, index) => `20260101-000000-${String(index).padStart(4, '0')}`);
    await Promise.all(ids.map((id) => runs.create(id, observeCommit(EMPTY_RUN, aCommit({ run: id }), 'now'))));
    await runs.create('20260102-000000-aaaa', { ...state, cleanedAt: 'now' });
    const live: string[] = [];
    for await (const { run } of runs.live()) live.push(run);
    expect(live.toSorted()).toEqual([...ids, RUN].toSorted());
  });

  test('fields that no longer hold are removed from the document', async () => {
    const runs = openRuns(NAMES, local);
    const stored = await runs.load(RUN);
    if (!stored) throw new Error('no run');
    await runs.update(stored, { ...stored.state, end: { status: 'failed', reason: 'lost', message: 'm', at: 'now' } });
    const ended = await runs.load(RUN);
    expect(ended?.state.end?.reason).toBe('lost');
  });
});

describe('cloud', () => {
  const { context } = fakeGoogle();
  const decided = {
    at: 'now',
    actor: 'a',
    zone: 'local-a',
    machine: 'this-machine',
    provisioning: 'spot' as const,
    vm: 'mymlops-20261121-100000-abcd-1',
    requestId: '3f957ea9-d461-5e73-8a18-00abf3c315ff',
    maxRunDurationSeconds: 3600,
  };
  const body = instanceBody(aCommit(), 1, decided, { ...context.vm, startupScript: '#!/bin/bash\nexec sleep 600\n' });

  async function insertAndWait(cloud: Cloud): Promise<void> {
    const answer = await cloud.insert('local-a', decided.requestId, body);
    if (!('operation' in answer)) throw new Error('no operation');
    expect(await cloud.awaitOperation('local-a', answer.operation, 10)).toEqual({ done: true, failure: undefined });
  }

  test('a VM from insert to proven absence', async () => {
    const cloud = openCloud(NAMES, local);
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
    // The same request again is the same VM; another request under its name is told that it exists.
    expect(await cloud.insert('local-a', decided.requestId, body)).toHaveProperty('operation');
    const other = '00000000-0000-5000-8000-000000000001';
    expect(await cloud.insert('local-a', other, body)).toEqual({ exists: true });
    expect(await cloud.setMetadata('local-a', body.name, 'mymlops-control', 'verdict=succeeded\n')).toBe(true);
    const operation = await cloud.delete('local-a', body.name);
    expect(await cloud.awaitOperation('local-a', operation ?? '', 10)).toMatchObject({ done: true });
    expect(await cloud.get('local-a', body.name)).toBeUndefined();
    expect(await cloud.getDisk('local-a', body.name)).toBeUndefined();
    expect(await cloud.delete('local-a', body.name)).toBeUndefined();
    expect(await cloud.deleteDisk('local-a', body.name)).toBeUndefined();
    expect(await cloud.setMetadata('local-a', body.name, 'k', 'v')).toBe(false);
  });

  test("a machine type that is none is refused with Google's word for it", async () => {
    const cloud = openCloud(NAMES, local);
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
    const cloud = openCloud(NAMES, () => ({ ...standIns.endpoints, compute: `127.0.0.1:${port}` }));
    const instance = {
      provisioning: 'spot' as const,
      accelerator: { type: 'nvidia-tesla-t4', count: 2 },
      snapshot: 'base',
      disk: { sizeGb: 200, type: 'pd-ssd' },
      serviceAccount: 'train@p.iam.gserviceaccount.com',
    };
    const full = instanceBody(aCommit({ instance, readyCommand: 'nvidia-smi' }), 1, decided, context.vm);
    expect(await cloud.insert('local-a', decided.requestId, full)).toEqual({
      operation: 'operation-1',
      instanceId: '42',
    });
    server.close();
    expect(JSON.parse(sent)).toMatchObject(JSON.parse(JSON.stringify(full)));
  });
});

test('results: what is not there is absent, what is too large is not read', async () => {
  const results = openResults(NAMES, local);
  expect(await results.read('runs/x/none', 10)).toBe('absent');
  await results.write('runs/x/a', 'one');
  await results.write('runs/x/a', 'two');
  expect(await results.read('runs/x/a', 10)).toEqual({ text: 'two' });
  expect(await results.read('runs/x/a', 2)).toBe('too-large');
});

test('bus: a request reaches the requests topic as JSON', async () => {
  const { pubsub } = standIns;
  pubsub.createTopic('local', NAMES.topics.requests);
  pubsub.createPullSubscription({
    project: 'local',
    id: 'pulled',
    topic: NAMES.topics.requests,
    ackDeadlineSeconds: 10,
  });
  await openBus(NAMES, local).ask({ v: 1, type: 'advance', run: RUN });
  const response = await fetch(`http://${standIns.endpoints.pubsub}/v1/projects/local/subscriptions/pulled:pull`, {
    method: 'POST',
    headers: { authorization: `Bearer ${standIns.endpoints.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ maxMessages: 1 }),
  });
  const { receivedMessages } = (await response.json()) as { receivedMessages: { message: { data: string } }[] };
  const data = Buffer.from(receivedMessages[0]?.message.data ?? '', 'base64').toString();
  expect(JSON.parse(data)).toEqual({ v: 1, type: 'advance', run: RUN });
});
