// Which VMs and disks a run needs, in each state of its life.
import type { Attempt, RunState } from '@mymlops/protocol';
import { isNeeded, resourcesOf } from '../../../functions/src/engine/run/needed-vms';
import { aCommit, anAttempt } from '../../fakes/builders';
import { aRun, at, cameUp, givenUp, outcome, refused } from './states';

const ms = (seconds: number): number => Date.parse(at(seconds));
const ofOne = (attempt: Attempt, fields: Partial<RunState> = {}): RunState =>
  aRun({ attempts: { 1: attempt }, ...fields });
const end = { status: 'succeeded' as const, message: '', attempt: 1, at: at(100) };
const kept = aCommit({ keepSeconds: 600 });
const down = { down: { at: at(90), how: 'stopped' as const } };
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
    ['one that does not exist', false, ofOne(cameUp()), 2],
    ['cancelled: it is fenced first', true, ofOne(cameUp(), { cancel }), 1],
  ])('%s: %s', (_state, needed, run, number) => {
    expect(isNeeded(run, number, ms(95))).toBe(needed);
  });
});

test.each<[string, boolean, Attempt]>([
  ['kept', true, cameUp({}, { outcome })],
  ['not executed: not kept', false, cameUp()],
  ['proven gone', false, cameUp({ goneAt: at(90) }, { outcome })],
])('after the end: %s', (_state, needed, attempt) => {
  expect(isNeeded(ofOne(attempt, { end, request: kept }), 1, ms(110))).toBe(needed);
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

test('a run without an attempt needs nothing', () => {
  expect(resourcesOf(aRun(), ms(0))).toStrictEqual({ vms: [], disks: [] });
});
