// What a run wants of the cloud, in each state of its life.
import type { Attempt, RunState } from '@mymlops/protocol';
import { isNeeded, keptUntilMs, resourcesOf } from '../../../functions/src/engine/run/resources';
import { aCommit, anAttempt } from '../../fakes/builders';
import { aRun, at, cameUp, givenUp, outcome, refusal, refused } from './states';

const ms = (seconds: number): number => Date.parse(at(seconds));
const ofOne = (attempt: Attempt, fields: Partial<RunState> = {}): RunState =>
  aRun({ attempts: { 1: attempt }, ...fields });
const end = { status: 'succeeded' as const, message: '', attempt: 1, at: at(100) };
const kept = aCommit({ keepSeconds: 600 });
const down = { down: { at: at(90), how: 'stopped' as const } };
const noTimeLimit = refusal('internal', { code: 'noTimeLimit', scope: 'all' });
const cancel = { by: 'ada', at: at(150) };

describe('before the end', () => {
  test.each<[string, boolean, RunState, number]>([
    ['decided on', true, ofOne(anAttempt()), 1],
    ['on', true, ofOne(cameUp()), 1],
    ['seen down: that it is over is decided elsewhere', true, ofOne(cameUp({ period: down })), 1],
    ['proven gone', false, ofOne(cameUp({ goneAt: at(90) })), 1],
    ['its insert failed', false, ofOne(refused()), 1],
    ['given up', false, ofOne(cameUp({}, givenUp())), 1],
    ['an earlier one, given up', false, aRun({ attempts: { 1: cameUp({}, givenUp()), 2: cameUp() } }), 1],
    ['an earlier one, not even given up', false, aRun({ attempts: { 1: cameUp(), 2: cameUp() } }), 1],
    ['the newest', true, aRun({ attempts: { 1: cameUp({}, givenUp()), 2: cameUp() } }), 2],
    ['the newest of ten', true, aRun({ attempts: { 9: cameUp({}, givenUp()), 10: cameUp() } }), 10],
    ['one that is not there', false, ofOne(cameUp()), 2],
    ['cancelled: it is fenced first', true, ofOne(cameUp(), { cancel }), 1],
  ])('%s: %s', (_state, needed, run, number) => {
    expect(isNeeded(run, number, ms(95))).toBe(needed);
  });
});

describe('after the end', () => {
  const ended = (attempt: Attempt, fields: Partial<RunState> = {}): RunState => ofOne(attempt, { end, ...fields });
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
    ['proven gone', false, ended(cameUp({ goneAt: at(90) }, { outcome }), { request: kept }), 110],
    ['cancelled: the user wants it no more', false, ended(ran, { request: kept, cancel }), 160],
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
  ])('%s: %s', (_state, needed, run, seconds) => {
    expect(isNeeded(run, 1, ms(seconds))).toBe(needed);
  });
});

test('until when a VM is kept', () => {
  expect(keptUntilMs(aRun({ request: kept, end }))).toBe(ms(700));
  expect(keptUntilMs(aRun({ end }))).toBe(ms(100));
  expect(keptUntilMs(aRun({ request: undefined, end }))).toBe(ms(100));
  expect(keptUntilMs(aRun({ request: kept }))).toBe(0);
});

test('a VM that is needed is wanted on and its disk kept, the others are wanted absent with theirs', () => {
  const first = cameUp({ name: 'vm-1', zone: 'local-a' }, givenUp());
  const second = cameUp({ name: 'vm-2', zone: 'local-b' });
  expect(resourcesOf(aRun({ attempts: { 1: first, 2: second } }), ms(110))).toStrictEqual({
    vms: [
      { number: 1, vm: first.vm, wanted: 'absent' },
      { number: 2, vm: second.vm, wanted: 'on' },
    ],
    disks: [
      { number: 1, name: 'vm-1', zone: 'local-a', wanted: 'absent' },
      { number: 2, name: 'vm-2', zone: 'local-b', wanted: 'kept' },
    ],
  });
});

test('a run without an attempt wants nothing', () => {
  expect(resourcesOf(aRun(), ms(0))).toStrictEqual({ vms: [], disks: [] });
});
