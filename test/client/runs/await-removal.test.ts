import { checkpointsPrefix, type RunDocument } from '@mymlops/protocol';
import type { Deployment } from '../../../client/src/deployment/connect';
import { ExpectedError } from '../../../client/src/core/errors';
import { EXIT } from '../../../client/src/core/exit-codes';
import { withReconnect } from '../../../client/src/deployment/reconnect';
import { awaitRemoval, describeDependentRun } from '../../../client/src/runs/await-removal';
import { runRow } from '../../../client/src/view/ps-columns';
import { aCommit } from '../../fakes/builders';
import { testContext } from '../context';

const RUN = '20260101-000000-aaaa';
const removing = { by: 'ada', at: '2026-01-01T00:00:00.000Z' };

function documentOf(overrides: Partial<RunDocument> = {}): RunDocument {
  return { v: 1, status: 'succeeded', message: '', live: false, attempts: {}, ...overrides };
}

/** A cloud whose run goes through `states`; `polls` counts the looks at whether it is still there. */
function deploymentWith(states: (RunDocument | null)[], lostAfter = Infinity) {
  let polls = 0;
  const runs = {
    watch(_run: string, onState: (document: RunDocument | null) => void) {
      queueMicrotask(() => states.forEach(onState));
      return () => undefined;
    },
  };
  const deployment = {
    connection: { endpoints: {} },
    runs: () => Promise.resolve(runs),
    isLost: () => ++polls > lostAfter,
    close: () => Promise.resolve(),
  } as unknown as Deployment;
  return { deployment, polls: () => polls };
}

const interrupted = new AbortController().signal;

test.each([
  ['removed', [documentOf(), documentOf({ live: true, removing }), null]],
  ['removed', [null]],
  ['live', [documentOf({ status: 'cancelled' }), documentOf({ status: 'queued', live: true })]],
  ['late', [documentOf({ live: true, removing })]],
] as const)('%s', async (end, states) => {
  const { deployment } = deploymentWith([...states]);
  expect(await awaitRemoval({ deployment, run: RUN, interrupted, removalMs: 5 })).toBe(end);
});

test('Ctrl-C ends the waiting, not the removal', async () => {
  const { deployment } = deploymentWith([documentOf({ live: true, removing })]);
  expect(await awaitRemoval({ deployment, run: RUN, interrupted: AbortSignal.abort() })).toBe('interrupted');
});

test('a cloud that is lost ends the waiting', async () => {
  const { deployment } = deploymentWith([documentOf({ live: true, removing })], 0);
  await expect(awaitRemoval({ deployment, run: RUN, interrupted })).rejects.toThrow('has ended');
});

test('a run that is being removed says so in the list', () => {
  expect(runRow(RUN, documentOf({ removing, live: true }), new Date())[2]).toBe('removing');
});

test('the answer that there is no such run was held back for seconds, to see whether the cloud was leaving', async () => {
  const { deployment, polls } = deploymentWith([]);
  const options = { context: testContext(), target: { project: 'local' } as never, deployment, say: () => undefined };
  const work = withReconnect(options, () => Promise.reject(new ExpectedError('none', EXIT.notFound)));
  await expect(work).rejects.toThrow('none');
  expect(polls()).toBe(0);
});

describe('a run from whose checkpoint a retry resumes', () => {
  const RETRY = '20260101-000001-bbbb';
  const request = { ...aCommit({ run: RETRY, retryOf: RUN }), resumeFrom: `${checkpointsPrefix(RUN, 1)}000001` };
  const obstacleWith = (overrides: Partial<RunDocument>): Promise<string | undefined> => {
    const document = documentOf({ request, status: 'queued', live: true, ...overrides });
    return describeDependentRun(
      { retriesOf: () => Promise.resolve([RETRY]), get: () => Promise.resolve(document) },
      RUN,
    );
  };

  test('stays while the retry is live, and the answer names it', async () => {
    expect(await obstacleWith({})).toBe(
      `${RUN} cannot be removed yet: ${RETRY} (queued) resumes from its checkpoint. Remove it after that run has ended, or end that run now: mymlops-client cancel ${RETRY}`,
    );
  });

  test.each<[string, Partial<RunDocument>]>([
    ['has ended', { end: { status: 'succeeded', message: '', at: '2026-01-01T00:00:00.000Z' } }],
    ['began anew', { request: aCommit({ run: RETRY, retryOf: RUN }) }],
  ])('may go when the retry %s', async (_what, overrides) => {
    expect(await obstacleWith(overrides)).toBeUndefined();
  });
});
