// What an attempt left: the outcome has the last word where it came first, and a void one where it did not.
import { VOID_OUTCOME } from '@mymlops/protocol';
import { readOutcome } from '../../../functions/src/effects/run/outcome';
import { anAttempt, aNotebook, anOutcome, RUN } from '../../fakes/builders';
import { fakeGoogle, type FakeGoogle } from '../../fakes/google';
import { aRun, effectContext, stored } from '../task';

const AT = '2026-11-21T10:00:00.000Z';
const OBJECT = `runs/${RUN}/attempts/1/outcome.json`;
const NOTEBOOK = `runs/${RUN}/attempts/1/results/train.ipynb`;

const open = aRun({ 1: anAttempt() });
const fenced = aRun({ 1: anAttempt({ fencedAt: '2026-11-21T09:59:00.000Z' }) });

async function read(google: FakeGoogle, state = open) {
  const result = await readOutcome(stored(state), 1, effectContext(google));
  return result?.merge(state);
}

test('without a fence nothing is written where the outcome is missing: the VM may still write it', async () => {
  const google = fakeGoogle();
  const state = await read(google);
  expect(google.objects.size).toBe(0);
  expect(state?.attempts[1]).toEqual({ ...open.attempts[1], outcomeAbsentAt: AT });
});

test('behind the fence a void one takes its place, and counts as absent from when it was there', async () => {
  const google = fakeGoogle();
  google.calls.after = () => void (google.nowMs += 5000);
  const state = await read(google, fenced);
  expect(google.objects.get(OBJECT)).toBe(VOID_OUTCOME);
  expect(state?.attempts[1]?.outcomeAbsentAt).toBe('2026-11-21T10:00:05.000Z');
});

test('an outcome that came before it counts behind the fence as well', async () => {
  const google = fakeGoogle();
  google.objects.set(OBJECT, anOutcome());
  google.objects.set(NOTEBOOK, aNotebook([{ count: 1 }]));
  const state = await read(google, fenced);
  expect(state?.attempts[1]?.outcome).toMatchObject({ exit: 0, timedOut: false });
  expect(state?.results).toMatchObject({ attempt: 1, files: 1, bytes: 10 });
  expect(google.objects.get(OBJECT)).toBe(anOutcome());
});

test.each([
  ['open', open],
  ['fenced', fenced],
])('a void one of an earlier invocation is none (%s)', async (_what, known) => {
  const google = fakeGoogle();
  google.objects.set(OBJECT, VOID_OUTCOME);
  expect((await read(google, known))?.attempts[1]).toEqual({ ...known.attempts[1], outcomeAbsentAt: AT });
});

test('an outcome that cannot be read is a defect with its cause, and no results', async () => {
  const google = fakeGoogle();
  google.objects.set(OBJECT, '{"v": 9}');
  const state = await read(google);
  expect(state?.attempts[1]).toMatchObject({ outcomeAbsentAt: AT, outcomeDefect: expect.stringContaining('v') });
  expect(state).not.toHaveProperty('results');
});

test('what was read first stays, whatever a later reading finds', async () => {
  const google = fakeGoogle();
  google.objects.set(OBJECT, anOutcome());
  google.objects.set(NOTEBOOK, aNotebook([{ count: 1 }]));
  const first = await read(google);
  google.objects.set(OBJECT, anOutcome({ command: { exit: 3, timedOut: false } }));
  const later = await readOutcome(stored(open), 1, effectContext(google));
  expect(first && later?.merge(first)).toEqual(first);
});

test('what the run has become meanwhile stays: its cancel, and what the VM reported', async () => {
  const google = fakeGoogle();
  const result = await readOutcome(stored(open), 1, effectContext(google));
  const cancel = { by: 'ada', at: AT };
  const meanwhile = { ...open, cancel, attempts: { 1: anAttempt({ id: '42' }) } };
  expect(result?.merge(meanwhile)).toMatchObject({ cancel, attempts: { 1: { vm: { id: '42' } } } });
});

test.each<[string, object, 'not-uploaded' | 'gone' | 'broken', string | undefined]>([
  [
    'is among what could not be saved',
    { missing: [{ path64: btoa('train.ipynb'), message64: '' }] },
    'not-uploaded',
    undefined,
  ],
  ['is in no list', { manifest: [] }, 'gone', undefined],
  ['is in the list and not in the bucket', {}, 'not-uploaded', undefined],
  ['is no notebook', {}, 'broken', 'no JSON'],
])('a notebook that %s says so', async (_what, outcome, unread, text) => {
  const google = fakeGoogle();
  google.objects.set(OBJECT, anOutcome(outcome));
  if (text !== undefined) google.objects.set(NOTEBOOK, text);
  expect((await read(google))?.results).toMatchObject({ unread });
});
