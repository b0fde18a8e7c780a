// Messages that were delivered too often: nothing is lost without a word.
import { vmName } from '@mymlops/protocol';
import { aCommit, aRef, aReport, RUN } from '../fakes/builders';
import { makePlan } from '../../functions/src/sweep/plan';
import { fakeDeployment } from '../fakes/deployment';
import { LEASE_MS } from '../fakes/fake-dead-messages';
import { genuineToken } from '../fakes/fake-tokens';
import { identityAttributes } from '../fakes/identity-attributes';

type Deployment = ReturnType<typeof fakeDeployment>;

function addDead({ google }: Deployment, topic: 'requests' | 'events', data: object | string, attributes = {}): void {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  const publishedAt = '2026-11-21T10:00:00.000Z';
  const id = String(google.dead[topic].length + 1);
  google.dead[topic].push({ ackId: id, id, publishedAt, text, attributes });
}

/** The next call of that name fails, before it took effect. */
function failOnce({ google }: Deployment, call: string): void {
  google.calls.before = (name) => {
    if (name !== call) return;
    google.calls.before = () => {};
    throw new Error(`${call}: 503`);
  };
}

const causes = ({ google }: Deployment) => [...google.deadLetters.values()].map(({ cause }) => cause);
const outcomes = ({ google }: Deployment): string[] => [...google.deadLetters.values()].map(({ outcome }) => outcome);

test('a commit without a document becomes a failed run that says so, once', async () => {
  const deployment = fakeDeployment();
  addDead(deployment, 'requests', aCommit(), { CloudPubSubDeadLetterSourceDeliveryCount: '100' });
  await deployment.sweep();
  expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'internal', live: false });
  expect(deployment.summary().message).toContain('delivered 100 times');
  expect(deployment.summary().message).toContain('notebooks/train.ipynb');
  expect(outcomes(deployment)).toEqual(['rejected']);
  expect(deployment.google.vms.size).toBe(0);
  expect(deployment.google.keptSweeps).toHaveLength(1);
});

describe('a commit that is drained twice makes one failed run', () => {
  test('it had been published twice', async () => {
    const deployment = fakeDeployment();
    addDead(deployment, 'requests', aCommit());
    addDead(deployment, 'requests', aCommit());
    await deployment.sweep();
    expect(outcomes(deployment)).toEqual(['rejected', 'rejected']);
    expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'internal', live: false });
    expect([deployment.google.documents.size, deployment.google.created.size]).toEqual([1, 0]);
  });

  test('that it was drained could not be said', async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    addDead(deployment, 'requests', aCommit());
    failOnce(deployment, 'deadMessages.acknowledge');
    await deployment.sweep();
    const { end } = deployment.state();
    expect(google.sweeps[0]?.failures).toEqual(['dead letter 1: deadMessages.acknowledge: 503']);
    expect(google.dead.requests).toHaveLength(1);
    google.nowMs += LEASE_MS;
    await deployment.sweep();
    expect(google.dead.requests).toEqual([]);
    expect(deployment.state().end).toEqual(end);
    expect([google.documents.size, google.deadLetters.size, google.created.size]).toEqual([1, 1, 0]);
  });
});

test.each(['bus.ask', 'deadLetters.write'])(
  'a commit whose handling fails at %s stays where it is, and the first sweep that gets it again handles it',
  async (call) => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    addDead(deployment, 'requests', aCommit());
    addDead(deployment, 'requests', aCommit({ run: '20260101-000000-zzzz' }));
    failOnce(deployment, call);
    await deployment.sweep();
    expect(google.sweeps[0]?.failures).toEqual([`dead letter 1: ${call}: 503`]);
    // The one behind it is not held up.
    expect(google.dead.requests.map(({ id }) => id)).toEqual(['1']);
    expect(deployment.summary('20260101-000000-zzzz').status).toBe('failed');
    google.nowMs += LEASE_MS;
    await deployment.sweep();
    expect(google.dead.requests).toEqual([]);
    expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'internal', live: false });
    expect([...google.deadLetters.keys()].toSorted()).toEqual(['1', '2']);
  },
);

test('a commit that has a document goes on', async () => {
  const deployment = fakeDeployment();
  await deployment.publish(aCommit());
  addDead(deployment, 'requests', aCommit());
  await deployment.sweep();
  expect(outcomes(deployment)).toEqual(['advance']);
  expect(deployment.summary().status).toBe('provisioning');
});

test('how often it was delivered is not invented where Pub/Sub does not say it', async () => {
  const deployment = fakeDeployment();
  addDead(deployment, 'requests', aCommit());
  await deployment.sweep();
  expect(deployment.summary().message).toContain('was delivered many times without success');
});

test('a commit whose cancel came first, and waits for it, is requested again and ends at once', async () => {
  const deployment = fakeDeployment();
  const cancel = { v: 1, type: 'cancel', run: RUN, by: 'ada', at: '2026-11-21T10:00:05.000Z' };
  await deployment.publish(cancel);
  const { state, ...others } = deployment.google.documents.get(RUN) ?? {};
  // Its invocation died before it decided on the end.
  const { end: _, ...waiting } = state ?? { v: 1, attempts: {} };
  deployment.google.documents.set(RUN, { summary: { live: true }, version: 1, ...others, state: waiting });
  addDead(deployment, 'requests', aCommit());
  await deployment.sweep();
  expect(outcomes(deployment)).toEqual(['asked-again']);
  expect(deployment.state()).toMatchObject({ request: { run: RUN }, end: { status: 'cancelled' } });
});

test('a commit that has a document: it is advanced once, not published again', async () => {
  const deployment = fakeDeployment();
  const { google } = deployment;
  await deployment.publish(aCommit());
  await deployment.report(1, { phase: 'execute' });
  await deployment.sweep();
  addDead(deployment, 'requests', aCommit());
  const asked: object[] = [];
  const { ask } = google.context.bus;
  google.context.bus.ask = (request) => {
    asked.push(request);
    return ask(request);
  };
  await deployment.sweep();
  expect(asked).toEqual([{ v: 1, type: 'advance', kind: 'run', id: RUN }]);
});

test('a commit of a run that was removed is shown, and makes nothing', async () => {
  const deployment = fakeDeployment();
  await deployment.publish(aCommit());
  await deployment.finish(1);
  await deployment.publish({ v: 1, type: 'remove', run: RUN, by: 'ada', at: '2026-11-21T12:00:00.000Z' });
  addDead(deployment, 'requests', aCommit());
  await deployment.sweep();
  expect([...deployment.google.deadLetters.values()]).toMatchObject([
    { outcome: 'shown', document: aRef(), cause: 'the run was removed' },
  ]);
  expect(deployment.google.documents.size).toBe(0);
});

test('the report of the sweep names each by topic, id and what became of it', async () => {
  const deployment = fakeDeployment();
  addDead(deployment, 'requests', aCommit());
  addDead(deployment, 'events', 'no JSON');
  await deployment.sweep();
  expect(deployment.google.sweeps[0]?.deadLetters).toEqual(['requests 1: rejected', 'events 1: shown']);
});

describe('of very many', () => {
  async function drain(count: number) {
    const deployment = fakeDeployment();
    for (let number = 0; number < count; number++) addDead(deployment, 'requests', 'no JSON');
    let pulls = 0;
    deployment.google.calls.before = (name) => void (name === 'deadMessages.pull' && pulls++);
    await deployment.sweep();
    return { left: deployment.google.dead.requests.length, pulls };
  }

  test('all are taken, page by page', async () => {
    expect(await drain(101)).toMatchObject({ left: 0 });
  });

  test('a thousand are taken at once, the rest by the next sweep', async () => {
    expect(await drain(1001)).toMatchObject({ left: 1 });
  });

  test('if there are none, each topic is read once', async () => {
    expect(await drain(0)).toEqual({ left: 0, pulls: 2 });
  });
});

test('a commit that nobody understands gets a run that says so', async () => {
  const deployment = fakeDeployment();
  addDead(deployment, 'requests', { ...aCommit(), sudo: true });
  addDead(deployment, 'requests', 'no JSON');
  await deployment.sweep();
  expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'invalid-request' });
  expect(outcomes(deployment)).toEqual(['rejected', 'shown']);
});

test('a cancel is requested again, also one whose commit has not come, for which it waits; other requests for unknown runs are shown', async () => {
  const deployment = fakeDeployment();
  await deployment.publish(aCommit());
  const late = '20260101-000000-zzzz';
  const cancel = { v: 1, type: 'cancel', run: RUN, by: 'ada', at: '2026-11-21T10:00:05.000Z' };
  addDead(deployment, 'requests', cancel);
  addDead(deployment, 'requests', { ...cancel, run: late });
  addDead(deployment, 'requests', { ...cancel, type: 'remove', run: '20260101-000000-yyyy' });
  await deployment.sweep();
  expect(causes(deployment)).toEqual([undefined, undefined, 'no such run']);
  expect(deployment.summary().status).toBe('cancelled');
  expect(outcomes(deployment)).toEqual(['asked-again', 'asked-again', 'shown']);
  await deployment.publish(aCommit({ run: late }));
  expect(deployment.summary(late)).toMatchObject({ status: 'cancelled', live: false });
});

test("doctor showed the sweep's own messages as dead letters for a day: the next sweep sends them again by itself", async () => {
  const deployment = fakeDeployment();
  const { google } = deployment;
  addDead(deployment, 'requests', { v: 1, type: 'advance', kind: 'run', id: RUN });
  addDead(deployment, 'requests', { v: 1, type: 'reap', resource: 'vm', zone: 'local-a', name: 'orphan', id: '77' });
  addDead(deployment, 'requests', { v: 1, type: 'free-slot', kind: 'run', id: RUN });
  await deployment.sweep();
  expect(outcomes(deployment)).toEqual([]);
  expect([google.dead.requests, google.keptSweeps]).toEqual([[], []]);
  const plan = await makePlan(google.context);
  expect(plan.findings).toEqual([]);
  expect(plan.proof).toContain('0 dead letters in a day');
});

test('the sweep itself wrote how a run ended: it sends a request, and sends it again if it became a dead letter', async () => {
  const deployment = fakeDeployment();
  const { google } = deployment;
  google.calls.before = (name) => {
    if (name === 'runs.create' || name === 'runs.update') throw new Error('503');
  };
  addDead(deployment, 'requests', aCommit());
  await expect(deployment.sweep()).rejects.toThrow('503');
  expect(google.sweeps.at(-1)?.failures).toEqual([]);
  expect(outcomes(deployment)).toEqual(['rejected']);
  google.calls.before = () => {};
  addDead(deployment, 'requests', {
    ...{ v: 1, type: 'reject', kind: 'run', id: RUN },
    ...{ reason: 'internal', message: 'mymlops itself failed.' },
  });
  await deployment.sweep();
  expect(outcomes(deployment).at(-1)).toBe('asked-again');
  expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'internal', live: false });
});

test('a removed run does not come back with its commit', async () => {
  const deployment = fakeDeployment();
  deployment.google.removed.set(RUN, { v: 1, by: 'ada', at: '2026-11-21T10:00:00.000Z', expiresAt: new Date(0) });
  addDead(deployment, 'requests', aCommit());
  await deployment.sweep();
  expect([...deployment.google.deadLetters.values()]).toMatchObject([
    { outcome: 'shown', cause: 'the run was removed' },
  ]);
  expect(deployment.google.documents.size).toBe(0);
});

test('a heartbeat is merged, and not worth a word', async () => {
  const deployment = fakeDeployment();
  await deployment.publish(aCommit());
  const genuine = identityAttributes(genuineToken(vmName('mymlops', RUN, 1)));
  addDead(deployment, 'events', aReport({ kind: 'heartbeat', state: { phase: 'execute' } }), genuine);
  await deployment.sweep();
  expect(deployment.summary()).toMatchObject({ status: 'running', phase: 'execute' });
  expect([deployment.google.deadLetters.size, deployment.google.dead.events.length]).toEqual([0, 0]);
});

test('a genuine report is merged, a forged one shown, probes are dropped', async () => {
  const deployment = fakeDeployment();
  await deployment.publish(aCommit());
  const genuine = identityAttributes(genuineToken(vmName('mymlops', RUN, 1)));
  addDead(deployment, 'events', aReport({ state: { phase: 'execute' } }), genuine);
  addDead(deployment, 'events', aReport({ seq: 9, state: { phase: 'publish' } }));
  addDead(deployment, 'events', { v: 1, type: 'probe', at: '2026-11-21T10:00:00.000Z' });
  addDead(deployment, 'events', 'x'.repeat(5000));
  await deployment.sweep();
  expect(deployment.summary()).toMatchObject({ status: 'running', phase: 'execute' });
  expect(outcomes(deployment)).toEqual(['merged', 'shown', 'shown']);
  expect([...deployment.google.deadLetters.values()].at(-1)?.text).toHaveLength(2000);
});
