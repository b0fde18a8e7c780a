// A request of a user, and the document that it is about.
import { mergeRequest } from '../../functions/src/control/merge-request';
import { runKind } from '../../functions/src/engine/run/kind';
import type { RunState } from '@mymlops/protocol';
import { aRun } from '../effects/task';
import { BUCKETS } from '../fakes/buckets';
import { aCommit, at, RUN } from '../fakes/builders';
import { fakeGoogle } from '../fakes/google';

const OTHER = RUN.replace('abcd', 'efgh');
const remove = { v: 1, type: 'remove', run: RUN, by: 'ada', at: at(0) };
const settled: RunState = { ...aRun(), end: { status: 'cancelled', message: '', at: at(0) }, cleanedAt: at(0) };

/** A deployment with these runs, and what is logged there at WARNING or worse. */
function setUp(runs: Record<string, RunState>) {
  const google = fakeGoogle();
  for (const [id, state] of Object.entries(runs)) {
    google.documents.set(id, { state, summary: runKind.summarize(state, { buckets: BUCKETS }), version: 1 });
  }
  const logged: unknown[] = [];
  google.context.log = (severity, message, fields) => {
    if (severity !== 'INFO') logged.push({ severity, message, fields });
  };
  return { google, logged, merge: (request: object) => mergeRequest(runKind, request, google.context) };
}

test('a run that has ended is marked for removal, and nobody is warned', async () => {
  const { google, logged, merge } = setUp({ [RUN]: settled, [OTHER]: aRun() });
  await merge(remove);
  expect(google.documents.get(RUN)?.state.removing).toMatchObject({ by: 'ada' });
  expect(logged).toEqual([]);
});

test('the removal of a live run is refused, and the log says so', async () => {
  const { google, logged, merge } = setUp({ [RUN]: aRun() });
  await merge(remove);
  expect(google.documents.get(RUN)?.state).toEqual(aRun());
  const message = 'removal refused: it is live';
  expect(logged).toEqual([{ severity: 'WARNING', message, fields: { kind: 'run', id: RUN } }]);
});

test('the removal of a run that a live one resumes from is refused, and the log names that one', async () => {
  const { google, logged, merge } = setUp({ [RUN]: settled, [OTHER]: aRun({}, { retryOf: RUN, resumeFrom: 'x' }) });
  await merge(remove);
  expect(google.documents.get(RUN)?.state).toEqual(settled);
  const message = 'removal refused: a live one resumes from it';
  expect(logged).toEqual([{ severity: 'WARNING', message, fields: { kind: 'run', id: RUN, dependent: OTHER } }]);
});

test('any other request is merged, whoever resumes from the run', async () => {
  const { google, logged, merge } = setUp({ [RUN]: aRun(), [OTHER]: aRun({}, { retryOf: RUN, resumeFrom: 'x' }) });
  await merge({ v: 1, type: 'cancel', run: RUN, by: 'ada', at: at(5) });
  expect(google.documents.get(RUN)?.state.cancel).toMatchObject({ by: 'ada' });
  expect(logged).toEqual([]);
});

test('a commit is accepted at the time of the deployment, whatever its client’s clock says', async () => {
  const { google, merge } = setUp({});
  await merge(aCommit({ submittedAt: '2031-01-01T00:00:00.000Z' }));
  expect(google.documents.get(RUN)?.state.acceptedAt).toBe(at(0));
});
