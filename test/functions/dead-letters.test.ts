// Messages that were delivered too often: nothing is lost without a word.
import { identityAttributes, vmName } from '@mymlops/protocol';
import { aCommit, aReport, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';
import { genuineToken } from '../fakes/fake-tokens';

type Deployment = ReturnType<typeof fakeDeployment>;

function addDead({ google }: Deployment, topic: 'requests' | 'events', data: object | string, attributes = {}): void {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  const publishedAt = '2026-11-21T10:00:00.000Z';
  const id = String(google.dead[topic].length + 1);
  google.dead[topic].push({ ackId: id, id, publishedAt, text, attributes });
}

const outcomes = ({ google }: Deployment): string[] => [...google.deadLetters.values()].map(({ outcome }) => outcome);

test('a commit without a document becomes a failed run that says so, once', async () => {
  const deployment = fakeDeployment();
  addDead(deployment, 'requests', aCommit(), { CloudPubSubDeadLetterSourceDeliveryCount: '100' });
  await deployment.sweep();
  expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'internal', live: false });
  expect(deployment.summary().message).toContain('delivered 100 times');
  expect(deployment.summary().message).toContain('notebooks/train.ipynb');
  expect(outcomes(deployment)).toEqual(['failed-run']);
  expect(deployment.google.vms.size).toBe(0);
  expect(deployment.google.keptSweeps).toHaveLength(1);
});

test('a commit that has a document goes on', async () => {
  const deployment = fakeDeployment();
  await deployment.publish(aCommit());
  addDead(deployment, 'requests', aCommit());
  await deployment.sweep();
  expect(outcomes(deployment)).toEqual(['advance']);
  expect(deployment.summary().status).toBe('provisioning');
});

test('a commit that nobody understands is told so', async () => {
  const deployment = fakeDeployment();
  addDead(deployment, 'requests', { ...aCommit(), sudo: true });
  addDead(deployment, 'requests', 'no JSON');
  await deployment.sweep();
  expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'invalid-request' });
  expect(outcomes(deployment)).toEqual(['failed-run', 'shown']);
});

test('a cancel is asked again, also one whose commit has not come: it waits for it; other words to unknown runs are shown', async () => {
  const deployment = fakeDeployment();
  await deployment.publish(aCommit());
  const late = '20260101-000000-zzzz';
  const cancel = { v: 1, type: 'cancel', run: RUN, by: 'ada', at: '2026-11-21T10:00:05.000Z' };
  addDead(deployment, 'requests', cancel);
  addDead(deployment, 'requests', { ...cancel, run: late });
  addDead(deployment, 'requests', { ...cancel, type: 'remove', run: '20260101-000000-yyyy' });
  await deployment.sweep();
  expect(deployment.summary().status).toBe('cancelled');
  expect(outcomes(deployment)).toEqual(['asked-again', 'asked-again', 'shown']);
  await deployment.publish(aCommit({ run: late }));
  expect(deployment.summary(late)).toMatchObject({ status: 'cancelled', live: false });
});

test('a genuine report is merged, a forged one shown, canaries are dropped', async () => {
  const deployment = fakeDeployment();
  await deployment.publish(aCommit());
  const genuine = identityAttributes(genuineToken(vmName('mymlops', RUN, 1)));
  addDead(deployment, 'events', aReport({ state: { phase: 'execute' } }), genuine);
  addDead(deployment, 'events', aReport({ seq: 9, state: { phase: 'publish' } }));
  addDead(deployment, 'events', { v: 1, type: 'canary', at: '2026-11-21T10:00:00.000Z' });
  addDead(deployment, 'events', 'x'.repeat(5000));
  await deployment.sweep();
  expect(deployment.summary()).toMatchObject({ status: 'running', phase: 'execute' });
  expect(outcomes(deployment)).toEqual(['merged', 'shown', 'shown']);
  expect([...deployment.google.deadLetters.values()].at(-1)?.text).toHaveLength(2000);
});
