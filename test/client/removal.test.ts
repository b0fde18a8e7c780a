import type { RunDocument } from '@mymlops/protocol';
import type { Cloud } from '../../client/src/cloud';
import { ExpectedError } from '../../client/src/errors';
import { EXIT } from '../../client/src/exit-codes';
import { withLastingCloud } from '../../client/src/lasting-cloud';
import { awaitRemoval } from '../../client/src/removal';
import { runRow } from '../../client/src/view/run-lines';
import { testContext } from './context';

const RUN = '20260101-000000-aaaa';
const removing = { by: 'ada', at: '2026-01-01T00:00:00.000Z' };

function documentOf(overrides: Partial<RunDocument> = {}): RunDocument {
  return { v: 1, status: 'succeeded', message: '', live: false, attempts: {}, ...overrides };
}

/** A cloud whose run goes through `states`; `polls` counts the looks at whether it is still there. */
function cloudWith(states: (RunDocument | null)[], lostAfter = Infinity) {
  let polls = 0;
  const runs = {
    watch(_run: string, onState: (document: RunDocument | null) => void) {
      queueMicrotask(() => states.forEach(onState));
      return () => undefined;
    },
  };
  const cloud = {
    connection: { endpoints: {} },
    runs: () => Promise.resolve(runs),
    isLost: () => ++polls > lostAfter,
    close: () => Promise.resolve(),
  } as unknown as Cloud;
  return { cloud, polls: () => polls };
}

const interrupted = new AbortController().signal;

test.each([
  ['removed', [documentOf(), documentOf({ live: true, removing }), null]],
  ['removed', [null]],
  ['live', [documentOf({ status: 'cancelled' }), documentOf({ status: 'queued', live: true })]],
  ['late', [documentOf({ live: true, removing })]],
] as const)('%s', async (end, states) => {
  const { cloud } = cloudWith([...states]);
  expect(await awaitRemoval({ cloud, run: RUN, interrupted, removalMs: 5 })).toBe(end);
});

test('Ctrl-C ends the waiting, not the removal', async () => {
  const { cloud } = cloudWith([documentOf({ live: true, removing })]);
  expect(await awaitRemoval({ cloud, run: RUN, interrupted: AbortSignal.abort() })).toBe('interrupted');
});

test('a cloud that is lost ends the waiting', async () => {
  const { cloud } = cloudWith([documentOf({ live: true, removing })], 0);
  await expect(awaitRemoval({ cloud, run: RUN, interrupted })).rejects.toThrow('has ended');
});

test('a run that is being removed says so in the list', () => {
  expect(runRow(RUN, documentOf({ removing, live: true }), new Date())[2]).toBe('removing');
});

test('the answer that there is no such run was held back for seconds, to see whether the cloud was leaving', async () => {
  const { cloud, polls } = cloudWith([]);
  const options = { context: testContext(), target: { project: 'local' } as never, cloud, say: () => undefined };
  const work = withLastingCloud(options, () => Promise.reject(new ExpectedError('none', EXIT.notFound)));
  await expect(work).rejects.toThrow('none');
  expect(polls()).toBe(0);
});
