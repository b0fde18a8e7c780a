// Google of a history, by itself: VMs that are switched on and off.
import type { InsertBody } from '../../../functions/src/engine/vm/insert-body';
import type { CloudAnswer } from '../../../functions/src/ports/cloud-answer';
import type { Compute } from '../../../functions/src/ports/compute';
import { aPlan } from '../faults/quiet-plan';
import { computeOf } from './compute';
import { runPromises } from './timeline';
import { createWorld, type World } from './world';
import type { Fault, Plan } from '../faults/plan';

const MINUTE = 60_000;
const ZONE = 'zone-a';
const KEY = `${ZONE}/vm`;

const bodyOf = (action: 'STOP' | 'DELETE', autoDelete = false): InsertBody =>
  ({
    name: 'vm',
    labels: { 'mymlops-deployment': 'mymlops' },
    disks: [{ boot: true, autoDelete }],
    scheduling: { maxRunDuration: { seconds: '3600' }, instanceTerminationAction: action },
    metadata: { items: [] },
  }) as unknown as InsertBody;

interface Played {
  world: World;
  compute: Compute;
  until(atMs: number): Promise<void>;
  /** What the operation says once it is done. */
  end(answer: CloudAnswer): Promise<unknown>;
  stop(requestId: string): Promise<unknown>;
}

async function play(faults: Fault[] = [], body = bodyOf('STOP')): Promise<Played> {
  const plan: Plan = { ...aPlan, runs: [], zones: [ZONE], faults };
  const world = createWorld(plan);
  const invocation = { of: 'request' as const, isDead: false, frozenMs: 0, heldUpMs: 0, onDeath: () => {} };
  const compute = computeOf(world, new Map(), (_, work) => Promise.resolve().then(work), invocation);
  const { timeline } = world;
  const drive = async <T>(call: Promise<T>): Promise<T> => {
    let isOver = false;
    void call.finally(() => (isOver = true)).catch(() => {});
    for (let steps = 0; steps < 1000; steps++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isOver) break;
      timeline.step();
    }
    return call;
  };
  const played: Played = {
    world,
    compute,
    async until(atMs) {
      timeline.at(world.startMs + atMs, () => {});
      while (timeline.nowMs < world.startMs + atMs) {
        timeline.step();
        await runPromises();
      }
    },
    async end(answer) {
      if (!answer || !('operation' in answer)) return answer;
      return drive(compute.awaitOperation(ZONE, answer.operation, 600));
    },
    async stop(requestId) {
      const operation = await compute.stop(ZONE, 'vm', { requestId });
      return played.end(operation === undefined ? undefined : { operation });
    },
  };
  const inserted = await compute.insert(ZONE, 'r', body);
  expect(await played.end('operation' in inserted ? inserted : undefined)).toEqual({ done: true });
  return played;
}

const shown = ({ world }: Played) => world.vms.get(KEY)?.shown;

test('each period begins with a start of its own, and keeps disk and metadata', async () => {
  const played = await play();
  const { world, compute, end, stop } = played;
  const first = { ...shown(played) };
  expect(first).toMatchObject({ status: 'RUNNING', terminationAction: 'STOP' });
  expect(await compute.setMetadata(ZONE, 'vm', () => true, { a: '1', b: '2' })).toBe(true);
  expect(await stop('s1')).toEqual({ done: true });
  expect(shown(played)).toEqual({ ...first, status: 'TERMINATED' });
  expect(world.disks.has(KEY)).toBe(true);
  expect(await end(await compute.start(ZONE, 'vm', 'p2'))).toEqual({ done: true });
  expect(shown(played)).toMatchObject({ status: 'RUNNING', id: first.id });
  expect(Date.parse(shown(played)?.lastStartAt ?? '')).toBeGreaterThan(Date.parse(first.lastStartAt ?? ''));
  expect([...(world.vms.get(KEY)?.metadata ?? [])]).toEqual([
    ['a', '1'],
    ['b', '2'],
  ]);
  expect(world.history.get(KEY)?.map(({ type }) => type)).toEqual(['insert', 'stop', 'start']);
  expect(world.oracle.violations).toEqual([]);
});

test('the same request id is the same start for a minute or an hour, and a new one later', async () => {
  const played = await play();
  const { compute, end, stop, until, world } = played;
  await stop('s1');
  const started = await compute.start(ZONE, 'vm', 'p2');
  await end(started);
  await stop('s2');
  const again = await compute.start(ZONE, 'vm', 'p2');
  expect(again).toEqual(started);
  await until(world.timeline.nowMs - world.startMs + 61 * MINUTE);
  expect(await end(await compute.start(ZONE, 'vm', 'p2'))).toEqual({ done: true });
  expect(shown(played)?.status).toBe('RUNNING');
});

test('the same request id is the same stop for a minute or an hour, and a new one later', async () => {
  const played = await play();
  const { compute, end, stop, until, world } = played;
  await stop('s1');
  await end(await compute.start(ZONE, 'vm', 'p2'));
  await stop('s1');
  expect(shown(played)?.status).toBe('RUNNING');
  await until(world.timeline.nowMs - world.startMs + 61 * MINUTE);
  await end(await compute.start(ZONE, 'vm', 'p3'));
  await stop('s1');
  expect(shown(played)?.status).toBe('TERMINATED');
});

test('a zone without capacity: the start fails at its end, and the VM is off as before', async () => {
  const played = await play([{ kind: 'zone-stocked-out', what: ZONE, fromMs: 10 * MINUTE, toMs: 60 * MINUTE }]);
  await played.stop('s1');
  await played.until(11 * MINUTE);
  const before = { ...shown(played) };
  const started = await played.compute.start(ZONE, 'vm', 'p2');
  expect(started).toHaveProperty('operation');
  expect(shown(played)?.status).toBe('STAGING');
  expect(await played.end(started)).toMatchObject({ done: true, failure: { code: 'ZONE_RESOURCE_POOL_EXHAUSTED' } });
  expect(shown(played)).toEqual(before);
});

test('STOP at the limit leaves VM and disk; each period has the limit that is set by then', async () => {
  const played = await play();
  const { compute, end, until, world } = played;
  const limit = { maxRunDurationSeconds: 600, terminationAction: 'STOP' as const };
  expect(await compute.setScheduling(ZONE, 'vm', limit)).toMatchObject({ refused: { code: 'badRequest' } });
  await until(62 * MINUTE);
  expect(shown(played)?.status).toBe('TERMINATED');
  expect(world.disks.has(KEY)).toBe(true);
  expect(await end(await compute.setScheduling(ZONE, 'vm', limit))).toEqual({ done: true });
  await end(await compute.start(ZONE, 'vm', 'p2'));
  const onMs = world.timeline.nowMs - world.startMs;
  await until(onMs + 9 * MINUTE);
  expect(shown(played)?.status).toBe('RUNNING');
  await until(onMs + 11 * MINUTE);
  expect(shown(played)?.status).toBe('TERMINATED');
});

test('the limit of a period that is over ends no later one', async () => {
  const played = await play();
  await played.until(50 * MINUTE);
  await played.stop('s1');
  await played.end(await played.compute.start(ZONE, 'vm', 'p2'));
  await played.until(62 * MINUTE);
  expect(shown(played)?.status).toBe('RUNNING');
});

test.each([
  [false, true],
  [true, false],
])('autoDelete %s: the disk outlives its VM: %s', async (autoDelete, outlives) => {
  const { compute, end, world } = await play([], bodyOf('DELETE', autoDelete));
  const operation = await compute.delete(ZONE, 'vm');
  await end(operation === undefined ? undefined : { operation });
  await new Promise((resolve) => setImmediate(resolve));
  expect([world.vms.has(KEY), world.disks.has(KEY)]).toEqual([false, outlives]);
});

test('a suspended VM cannot be started', async () => {
  const played = await play();
  Object.assign(shown(played) ?? {}, { status: 'SUSPENDED' });
  expect(await played.compute.start(ZONE, 'vm', 'p2')).toMatchObject({ refused: { code: 'resourceNotReady' } });
});

test('nor can one that is going down: Google says so at once, or at the end of the operation', async () => {
  const played = await play();
  const { compute, end, until, world } = played;
  Object.assign(shown(played) ?? {}, { status: 'STOPPING' });
  const said = new Set<string>();
  for (let minute = 1; minute <= 20; minute++) {
    await until(minute * MINUTE);
    const answer = await compute.start(ZONE, 'vm', `p${minute}`);
    const ended = (await end(answer)) as { refused?: { code: string }; failure?: { code: string } };
    said.add((ended.refused ?? ended.failure)?.code ?? '');
  }
  expect([...said].toSorted()).toEqual(['RESOURCE_NOT_READY', 'resourceNotReady']);
  expect(shown(played)?.status).toBe('STOPPING');
  expect(world.oracle.violations).toEqual([]);
});

test('resources that do not exist, and resources that are not ours', async () => {
  const played = await play();
  const { compute, world } = played;
  expect(await compute.start(ZONE, 'none', 'r')).toBeUndefined();
  expect(await compute.stop(ZONE, 'none', { requestId: 'r' })).toBeUndefined();
  Object.assign(shown(played) ?? {}, { labels: {} });
  await compute.stop(ZONE, 'vm', { requestId: 'r' });
  expect(world.oracle.violations).toEqual(['vm is not ours and was touched']);
});
