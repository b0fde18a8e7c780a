// How old may be what an invocation acts on, and what of a document leaves it.
import { advance } from '../../functions/src/control/advance';
import { runKind } from '../../functions/src/engine/run/kind';
import { KINDS } from '../../functions/src/control/kinds';
import { BUCKETS } from '../fakes/buckets';
import { aCommit, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';

const acting = KINDS.find(({ name }) => name === runKind.name);

describe('the age of an answer counts from before its request', () => {
  /** Each answer with a document takes `ms`. */
  async function withSlowLoad(ms: number) {
    const deployment = fakeDeployment();
    const { google } = deployment;
    const state = { v: 1 as const, request: aCommit(), acceptedAt: '2026-11-21T10:00:00.000Z', attempts: {} };
    google.documents.set(RUN, { state, summary: runKind.summarize(state, { buckets: BUCKETS }), version: 1 });
    google.calls.after = (name) => {
      if (name === 'runs.load') google.nowMs += ms;
    };
    if (!acting) throw new Error('no such kind');
    await advance(acting, RUN, google.context);
    return google;
  }

  test('an answer that took 29 seconds is acted on', async () => {
    const { vms } = await withSlowLoad(29_000);
    expect(vms.size).toBe(1);
  });

  test('one that took 30 seconds is not: others may have acted meanwhile', async () => {
    const google = await withSlowLoad(30_000);
    expect(google.vms.size).toBe(0);
    expect(google.documents.get(RUN)?.state.attempts[1]?.vm.periods[1]?.start).not.toHaveProperty('operation');
  });
});

test('an invocation hands over before Google ends it, as after many rounds', async () => {
  const deployment = fakeDeployment();
  const { google } = deployment;
  google.zones = Array.from({ length: 12 }, (_, index) => `zone-${String(index).padStart(2, '0')}`);
  google.faults.stockedOut = new Set(google.zones);
  // Compute Engine takes 25 s to say that a zone has no capacity.
  google.calls.after = (name) => {
    if (name === 'compute.awaitOperation') google.nowMs += 25_000;
  };
  const handovers: number[] = [];
  const { ask } = google.context.bus;
  google.context.bus.ask = (request) => {
    if ('type' in request && request.type === 'advance')
      handovers.push(Object.keys(deployment.state().attempts).length);
    return ask(request);
  };
  await deployment.publish(aCommit());
  // Each zone takes the wait for its insert, and that for the removal of what it left: 240 s are five zones.
  expect(handovers).toEqual([5, 10]);
  expect(deployment.summary()).toMatchObject({ status: 'queued', attempt: 12 });
});

test('attempts that leave the document are found below it, whole', async () => {
  const deployment = fakeDeployment();
  const { google } = deployment;
  google.zones = Array.from({ length: 15 }, (_, index) => `zone-${String(index).padStart(2, '0')}`);
  google.faults.stockedOut = new Set(google.zones);
  await deployment.publish(aCommit());
  const { attempts, archive } = deployment.state();
  expect(archive?.archived).toBe(google.archived.size);
  expect(google.archived.size).toBeGreaterThan(0);
  const left = [...google.archived.keys()].map((key) => Number(key.split('/')[1]));
  expect([...left, ...Object.keys(attempts).map(Number)].toSorted((a, b) => a - b)).toEqual(
    google.zones.map((_, index) => index + 1),
  );
  for (const attempt of google.archived.values()) {
    expect(attempt).toMatchObject({ givenUp: { reason: 'no-capacity' }, vm: { goneAt: expect.any(String) } });
  }
});
