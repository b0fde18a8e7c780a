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

test('after the fence a void one is created, and the outcome counts as absent from then on', async () => {
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

test('an outcome of a newer agent was unreadable, and its results were lost', async () => {
  const google = fakeGoogle();
  google.objects.set(OBJECT, JSON.stringify({ ...(JSON.parse(anOutcome()) as object), ofTomorrow: { n: 1 } }));
  google.objects.set(NOTEBOOK, aNotebook([{ count: 1 }]));
  const state = await read(google);
  expect(state?.attempts[1]?.outcome).toMatchObject({ exit: 0, timedOut: false });
  expect(state?.results).toMatchObject({ attempt: 1, files: 1 });
});

test('an outcome that cannot be read is a defect with its cause, and no results', async () => {
  const google = fakeGoogle();
  google.objects.set(OBJECT, '{"v": 9}');
  const state = await read(google);
  expect(state?.attempts[1]).toMatchObject({ outcomeAbsentAt: AT, outcomeDefect: expect.stringContaining('v') });
  expect(state).not.toHaveProperty('results');
});

test('an outcome of more than 64 MiB is a defect that says so', async () => {
  const google = fakeGoogle();
  const limits = new Map<string, number>();
  google.context.resultsBucket.read = (object, limit) => {
    limits.set(object, limit);
    return Promise.resolve('too-large');
  };
  const state = await read(google);
  expect(state?.attempts[1]).toMatchObject({ outcomeAbsentAt: AT, outcomeDefect: 'it is too large' });
  expect(state).not.toHaveProperty('results');
  expect([...limits]).toEqual([[OBJECT, 64 * 1024 * 1024]]);
});

test('a command that never ran was not cut off', async () => {
  const google = fakeGoogle();
  const failure = { reason: 'setup-failed', message64: btoa('pip') };
  google.objects.set(OBJECT, anOutcome({ command: undefined, failure }));
  google.objects.set(NOTEBOOK, aNotebook([{ count: null }]));
  const { exit, timedOut } = (await read(google))?.attempts[1]?.outcome ?? {};
  expect({ exit, timedOut }).toEqual({ exit: undefined, timedOut: false });
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

const entryOf = (path: string) => ({ path64: btoa(path), size: 10, sha256: 'c'.repeat(64), generation: '1' });

test.each(['train.ipynb', 'notebooks/train.ipynb', 'a/deep/folder/train.ipynb'])(
  'the results of %s hold what its notebook says, whatever folder it was in',
  async (notebook) => {
    const google = fakeGoogle();
    google.objects.set(OBJECT, anOutcome());
    google.objects.set(NOTEBOOK, aNotebook([{ count: 1 }, { count: 2 }]));
    const { results } = (await read(google, aRun({ 1: anAttempt() }, { notebook }))) ?? {};
    expect(results?.notebook).toMatchObject({ codeCells: 2, executedCells: 2 });
    expect(results).not.toHaveProperty('unread');
  },
);

describe('the parameters of a run', () => {
  const withParameters = aRun({ 1: anAttempt() }, { parameters: { lr: '0.1' } });
  const injected = aNotebook([{ count: 1, tags: ['injected-parameters'] }]);

  async function useOf(state: typeof open, command: object | undefined, notebook: string) {
    const google = fakeGoogle();
    google.objects.set(OBJECT, anOutcome({ command }));
    google.objects.set(NOTEBOOK, notebook);
    return (await read(google, state))?.results;
  }

  test.each([
    ['injected', true, injected],
    ['read', true, aNotebook([{ count: 1 }])],
    ['read', true, 'no notebook'],
    ['unknown', false, injected],
  ])('were %s: the file was read (%s)', async (use, paramsRead, notebook) => {
    expect(await useOf(withParameters, { exit: 0, timedOut: false, paramsRead }, notebook)).toMatchObject({
      parametersUse: use,
    });
  });

  test('are not mentioned if there are none, or if the command never ran', async () => {
    const command = { exit: 0, timedOut: false, paramsRead: true };
    expect(await useOf(open, command, injected)).not.toHaveProperty('parametersUse');
    expect(await useOf(withParameters, undefined, injected)).not.toHaveProperty('parametersUse');
  });
});

test('metrics that are in the bucket and in no list are not the run’s', async () => {
  const google = fakeGoogle();
  google.objects.set(OBJECT, anOutcome());
  google.objects.set(NOTEBOOK.replace('train.ipynb', 'metrics.json'), '{"a": 1}');
  expect((await read(google))?.results).not.toHaveProperty('metrics');
});

test.each<[string, object, 'not-uploaded' | 'gone' | 'broken', string | undefined]>([
  [
    'is among what could not be saved',
    { missing: [{ path64: btoa('train.ipynb'), message64: '' }] },
    'not-uploaded',
    undefined,
  ],
  ['is in no list', { manifest: [] }, 'gone', undefined],
  [
    'is in no list, where others are,',
    { manifest: [entryOf('other.ipynb')], missing: [{ path64: btoa('data.csv'), message64: '' }] },
    'gone',
    undefined,
  ],
  ['is in the list and not in the bucket', {}, 'not-uploaded', undefined],
  ['is not a notebook', {}, 'broken', 'no JSON'],
])('a notebook that %s says so', async (_what, outcome, unread, text) => {
  const google = fakeGoogle();
  google.objects.set(OBJECT, anOutcome(outcome));
  if (text !== undefined) google.objects.set(NOTEBOOK, text);
  expect((await read(google))?.results).toMatchObject({ unread });
});
