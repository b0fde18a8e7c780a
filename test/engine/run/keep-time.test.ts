// How long the VM of a run stays after the end.
import type { Attempt, RunState } from '@mymlops/protocol';
import { keptUntil, staysAfterEnd } from '../../../functions/src/engine/run/keep-time';
import { summarize } from '../../../functions/src/engine/run/status';
import { aCommit } from '../../fakes/builders';
import { aRun, at, cameUp, outcome, refusal, refused } from './states';
import { BUCKETS } from '../../fakes/buckets';

const ms = (seconds: number): number => Date.parse(at(seconds));
const end = { status: 'succeeded' as const, message: '', attempt: 1, at: at(100) };
const kept = aCommit({ keepSeconds: 600 });
const down = { down: { at: at(90), how: 'stopped' as const } };
const noTimeLimit = refusal('internal', { code: 'noTimeLimit', scope: 'all' });
const cancel = { by: 'ada', at: at(150) };
const ended = (attempt: Attempt, fields: Partial<RunState> = {}): RunState =>
  aRun({ attempts: { 1: attempt }, end, ...fields });
const pending = { publication: { state: 'pending' as const } };
const failed = { publication: { state: 'failed' as const, message: '', at: at(120) } };
const ran = cameUp({}, { outcome });
const other = { end: { ...end, attempt: 2 } };
test.each<[string, boolean, RunState, number]>([
  ['not kept', false, ended(ran), 100],
  ['kept', true, ended(ran, { request: kept }), 100],
  ['kept, at the last moment', true, ended(ran, { request: kept }), 699.999],
  ['kept for long enough', false, ended(ran, { request: kept }), 700],
  ['nothing was executed: not kept', false, ended(cameUp(), { request: kept }), 110],
  ['another attempt earned the end', false, ended(ran, { request: kept, ...other }), 110],
  ['no attempt did', false, ended(ran, { request: kept, end: { ...end, attempt: undefined } }), 110],
  ['seen down', false, ended(cameUp({ period: down }, { outcome }), { request: kept }), 110],
  ['cancelled: the user no longer needs it', false, ended(ran, { request: kept, cancel }), 160],
  ['without a time limit', false, ended(refused(noTimeLimit, {}, { outcome }), { request: kept }), 110],
  [
    'another failure of its insert does not matter: it ran',
    true,
    ended(refused(refusal(), {}, { outcome }), { request: kept }),
    110,
  ],
  ['it has to push', true, ended(ran, pending), 110],
  ['it has to push, whatever the time', true, ended(ran, pending), 1e6],
  ['it has to push, cancelled or not', true, ended(ran, { ...pending, cancel }), 160],
  ['it has to push, and another attempt earned the end', false, ended(ran, { ...pending, ...other }), 110],
  ['it has to push, and is down', false, ended(cameUp({ period: down }, { outcome }), pending), 110],
  ['its push failed', false, ended(ran, failed), 130],
  ['its push failed, and it is kept', true, ended(ran, { ...failed, request: kept }), 130],
])('%s: %s', (_state, stays, run, seconds) => {
  expect(staysAfterEnd(run, 1, ms(seconds))).toBe(stays);
});

test('before the end, none stays by this rule', () => {
  expect(staysAfterEnd(aRun({ attempts: { 1: cameUp({}, { outcome }) }, request: kept }), 1, ms(100))).toBe(false);
});

describe('until when a VM is kept', () => {
  const keeping = (attempt: Attempt, fields: Partial<RunState> = {}): RunState =>
    ended(attempt, { request: kept, ...fields });
  const executed = { outcome };
  test.each<[string, RunState, number | undefined]>([
    ['it executed', keeping(ran), 700],
    ['it is to push as well', keeping(ran, pending), 700],
    ['its user does not keep it', keeping(ran, { request: aCommit() }), undefined],
    ['the request is not known', keeping(ran, { request: undefined }), undefined],
    ['the run has not ended', keeping(ran, { end: undefined }), undefined],
    ['nothing was executed', keeping(cameUp()), undefined],
    ['cancelled', keeping(ran, { cancel }), undefined],
    ['no attempt earned the end', keeping(ran, { end: { ...end, attempt: undefined } }), undefined],
    ['another attempt did', keeping(ran, other), undefined],
    ['seen down', keeping(cameUp({ period: down }, executed)), undefined],
    ['proven gone', keeping(cameUp({ goneAt: at(200) }, executed)), undefined],
    ['without a time limit', keeping(refused(noTimeLimit, {}, executed)), undefined],
  ])('%s', (_what, run, seconds) => {
    expect(keptUntil(run)).toBe(seconds === undefined ? undefined : at(seconds));
    expect(summarize(run, BUCKETS).keptUntil).toBe(keptUntil(run));
  });
});
