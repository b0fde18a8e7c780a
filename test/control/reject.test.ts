// A first request that is not understood: the document that says so.
import { rejectRequest } from '../../functions/src/control/reject';
import { aCommit, RUN } from '../fakes/builders';
import { fakeGoogle } from '../fakes/google';

const unreadable = JSON.stringify({ ...aCommit(), v: 2 });

test('the run says what was wrong with its commit, and what to do', async () => {
  const { context, documents } = fakeGoogle();
  expect(await rejectRequest(unreadable, 'v: expected 1', context)).toBe(RUN);
  const { state, summary } = documents.get(RUN) ?? {};
  expect(state?.end).toEqual({
    status: 'failed',
    reason: 'invalid-request',
    message: 'The request was not understood. Update the client and commit again. (v: expected 1)',
    at: '2026-11-21T10:00:00.000Z',
  });
  expect(summary).toMatchObject({ status: 'failed', reason: 'invalid-request', live: false });
});

test('a text that names no run makes none', async () => {
  const { context, documents } = fakeGoogle();
  expect(await rejectRequest('{"run":"latest"}', 'why', context)).toBeUndefined();
  expect(documents.size).toBe(0);
});
