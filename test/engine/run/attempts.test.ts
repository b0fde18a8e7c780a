// Small readings of a run's attempts.
import type { Attempt, CapacityWait, ReportState, RunState, VmRecord } from '@mymlops/protocol';
import {
  agentState,
  attemptOf,
  attemptsWithVm,
  currentAttempt,
  newestAttempt,
  reportedPublication,
  stoppingState,
  vmsOf,
  withAttempt,
  withVm,
} from '../../../functions/src/engine/run/attempts';
import { withStart } from '../../../functions/src/engine/vm/record';
import { anAttempt } from '../../fakes/builders';
import { agentSaid, aRun, at, cameUp, givenUp, isStopping, refusal, refused, shutdownSaid } from './states';

describe('which attempt', () => {
  const [second, tenth] = [cameUp(), anAttempt()];
  const run = aRun({ attempts: { 2: second, 10: tenth } });

  test('the newest is that of the highest number', () => {
    expect([currentAttempt(aRun()), currentAttempt(run)]).toEqual([0, 10]);
    expect(newestAttempt(aRun())).toBeUndefined();
    expect(newestAttempt(run)).toBe(tenth);
  });

  test('one that does not exist is an error', () => {
    expect(attemptOf(run, 2)).toBe(second);
    expect(() => attemptOf(run, 3)).toThrow('run has no attempt 3');
    expect(() => withAttempt(run, 3, {})).toThrow('run has no attempt 3');
  });

  test('a change leaves the others, and what else it has, as they are', () => {
    const outcomeAbsentAt = at(9);
    expect(withAttempt(run, 2, { outcomeAbsentAt })).toStrictEqual({
      ...run,
      attempts: { 2: { ...second, outcomeAbsentAt }, 10: tenth },
    });
  });

  test('VMs, oldest first', () => expect(vmsOf(run)).toEqual([second.vm, tenth.vm]));

  test.each<[string, Attempt, boolean]>([
    ['decided on', anAttempt(), false],
    ['made', cameUp(), true],
    ['failed', refused(), false],
    ['failed, and it has reported', refused(undefined, { period: { reports: agentSaid() } }), true],
    ['not settled, and it has reported', anAttempt({ period: { reports: agentSaid() } }), true],
  ])('counts as an attempt with a VM: %s', (_state, attempt, counts) => {
    expect(attemptsWithVm(aRun({ attempts: { 1: attempt } }))).toEqual(counts ? [attempt] : []);
  });
});

describe('a VM that comes up ends the wait for capacity', () => {
  const capacity: CapacityWait = { waitedSeconds: 5, tried: ['local-x'], rounds: 2, since: at(-60) };
  const over: CapacityWait = { waitedSeconds: 75, tried: [], rounds: 0 };
  const settle = <Said>(vm: VmRecord<Said>): VmRecord<Said> => withStart(vm, { settledAt: at(10) });
  const refuse = <Said>(vm: VmRecord<Said>): VmRecord<Said> => withStart(vm, { settledAt: at(10), failure: refusal() });
  const fence = <Said>(vm: VmRecord<Said>): VmRecord<Said> => ({ ...vm, fencedAt: at(10) });
  test.each<[string, RunState['attempts'], typeof settle, CapacityWait]>([
    ['its insert is settled', { 1: anAttempt() }, settle, over],
    ['its insert failed', { 1: anAttempt() }, refuse, capacity],
    ['something else is learned', { 1: anAttempt() }, fence, capacity],
    ['it had come up before', { 1: cameUp() }, fence, capacity],
    ['it was given up meanwhile', { 1: anAttempt({}, givenUp()) }, settle, capacity],
    ['another attempt is the newest', { 1: anAttempt(), 2: anAttempt() }, settle, capacity],
  ])('%s', (_state, attempts, update, expected) => {
    const run = aRun({ attempts, capacity });
    const next = withVm(run, 1, update);
    expect(next.capacity).toStrictEqual(expected);
    expect(next.attempts).toStrictEqual({ ...attempts, 1: { ...attempts[1], vm: update(attemptOf(run, 1).vm) } });
  });

  test('a run that has not waited does not wait now', () => {
    expect(withVm(aRun({ attempts: { 1: anAttempt() } }), 1, settle)).not.toHaveProperty('capacity');
  });

  test('the very same state if the VM stays as it is, or does not exist', () => {
    const run = aRun({ attempts: { 1: anAttempt() }, capacity });
    expect(withVm(run, 1, (vm) => vm)).toBe(run);
    expect(withVm(run, 2, settle)).toBe(run);
  });
});

describe('what its VM has said', () => {
  const heard = (...reports: ReturnType<typeof agentSaid>[]): Attempt =>
    cameUp({ period: { reports: Object.assign({}, ...reports) as ReturnType<typeof agentSaid> } });
  const cells = (attempt: Attempt): number | undefined => agentState(attempt)?.cells;

  test.each<[string, Attempt, number | undefined]>([
    ['nothing', cameUp(), undefined],
    ['one report', heard(agentSaid({ cells: 1 })), 1],
    ['its shutdown script alone', heard(shutdownSaid({ cells: 1 })), undefined],
    [
      'of two boots the one that came later',
      heard(agentSaid({ cells: 1 }, at(60), 'a'), agentSaid({ cells: 2 }, at(61), 'b')),
      2,
    ],
    [
      'in whatever order they stand',
      heard(agentSaid({ cells: 2 }, at(61), 'a'), agentSaid({ cells: 1 }, at(60), 'b')),
      2,
    ],
    ['of two at once the first', heard(agentSaid({ cells: 1 }, at(60), 'a'), agentSaid({ cells: 2 }, at(60), 'b')), 1],
    ['its shutdown script later', heard(agentSaid({ cells: 1 }), shutdownSaid({ cells: 2 }, at(90))), 1],
  ])('its agent: %s', (_state, attempt, expected) => expect(cells(attempt)).toBe(expected));

  test.each<[string, Attempt, ReportState['stopping']]>([
    ['nothing', cameUp(), undefined],
    ['its agent alone', heard(agentSaid({ stopping: { preempted: true, at: at(70) } })), undefined],
    ['its shutdown script', heard(agentSaid(), isStopping(true)), { preempted: true, at: at(70) }],
  ])('its shutdown script: %s', (_state, attempt, expected) => expect(stoppingState(attempt)).toEqual(expected));

  const commit = 'd'.repeat(40);
  const pushed = { publication: { commit } };
  const failed = { publication: { message: 'no right' } };
  test.each<[string, Attempt, object | undefined]>([
    ['nothing', cameUp(), undefined],
    ['nothing of it', heard(agentSaid()), undefined],
    ['it pushed', heard(agentSaid(pushed)), { state: 'done', commit, at: at(60) }],
    ['it failed', heard(agentSaid(failed)), { state: 'failed', message: 'no right', at: at(60) }],
    [
      'one boot says nothing',
      heard(agentSaid({}, at(60), 'a'), agentSaid(failed, at(61), 'b')),
      { state: 'failed', message: 'no right', at: at(61) },
    ],
    [
      'it failed, and then pushed',
      heard(agentSaid(failed, at(60), 'a'), agentSaid(pushed, at(61), 'b')),
      { state: 'done', commit, at: at(61) },
    ],
    [
      'it pushed, and then failed',
      heard(agentSaid(pushed, at(60), 'a'), agentSaid(failed, at(61), 'b')),
      { state: 'done', commit, at: at(60) },
    ],
    [
      'it failed twice',
      heard(agentSaid(failed, at(60), 'a'), agentSaid({ publication: { message: 'x' } }, at(61), 'b')),
      { state: 'failed', message: 'no right', at: at(60) },
    ],
  ])('its push: %s', (_state, attempt, expected) => expect(reportedPublication(attempt)).toStrictEqual(expected));
});
