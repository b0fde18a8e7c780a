// A first request that is not understood: the document that says so.
import { reject } from '../../functions/src/control/reject';
import { rejectionOf } from '../../functions/src/control/rejection';
import { KINDS } from '../../functions/src/control/kinds';
import { aCommit, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';
import { fakeGoogle } from '../fakes/google';

const unreadable = JSON.stringify({ ...aCommit(), v: 2 });
const rejection = rejectionOf(unreadable, 'v: expected 1', KINDS);
if (!rejection) throw new Error('no rejection');

test('the run says what was wrong with its commit, and what to do', async () => {
  const { context, documents } = fakeGoogle();
  await reject(rejection, context);
  const { state, summary } = documents.get(RUN) ?? {};
  expect(state?.end).toEqual({
    status: 'failed',
    reason: 'invalid-request',
    message: 'The request was not understood (v: expected 1). Update the client and commit again.',
    at: '2026-11-21T10:00:00.000Z',
  });
  expect(summary).toMatchObject({ status: 'failed', reason: 'invalid-request', live: false });
  // Once more, it changes nothing.
  await reject({ ...rejection, reason: 'internal' }, context);
  expect(documents.get(RUN)?.state).toBe(state);
});

test('the run of a cancel whose commit was rejected later never had an end', async () => {
  const deployment = fakeDeployment();
  await deployment.publish({ v: 1, type: 'cancel', run: RUN, by: 'ada', at: '2026-11-21T10:00:05.000Z' });
  await reject(rejection, deployment.google.context);
  expect(deployment.state()).toMatchObject({
    cancel: { by: 'ada' },
    end: { status: 'failed', reason: 'invalid-request' },
  });
  expect(deployment.summary()).toMatchObject({ live: false });
});

test('a text that names no run makes none', () => {
  expect(rejectionOf('{"run":"latest"}', 'why', KINDS)).toBeUndefined();
});

test('the cause is cut, so that the request of it can be read', () => {
  expect(rejectionOf(unreadable, 'x'.repeat(5000), KINDS)?.message).toHaveLength(1000);
});

test('a kind that a newer version may know makes no document', async () => {
  const { context, documents } = fakeGoogle();
  await reject({ ...rejection, kind: 'instance' }, context);
  expect(documents.size).toBe(0);
});
