// What is next for a run whose end is decided. Rows: the state, when it is looked at, and the action.
import type { Attempt, RunEnd, RunState } from '@mymlops/protocol';
import type { RunAction } from '../../../functions/src/engine/run/action';
import { decide } from '../../../functions/src/engine/run/decide';
import { aCommit, anOutput } from '../../fakes/builders';
import { agentSaid, aRun, at, cameUp, givenUp, moment, outcome } from './states';

type Row = [state: string, run: RunState, seconds: number, expected: RunAction | undefined];

const effect = (name: Extract<RunAction, { effect: unknown }>['effect'], vm: number): RunAction => ({
  effect: name,
  vm,
});
const ofOne = (attempt: Attempt, fields: Partial<RunState> = {}): RunState =>
  aRun({ attempts: { 1: attempt }, ...fields });

const expectAction = (run: RunState, seconds: number, expected: RunAction | undefined): void =>
  expect(decide(run, moment(seconds))).toStrictEqual(expected);

const end = (fields: Partial<RunEnd> = {}): RunEnd => ({
  status: 'succeeded',
  message: 'm',
  attempt: 1,
  at: at(100),
  ...fields,
});

describe('after the end', () => {
  const goneAt = at(110);
  const kept = aCommit({ keepSeconds: 3600 });
  const unverified = { period: { timeLimitVerifiedAt: undefined } };
  const slots = { held: ['deployment'] };
  // By 10:00:10, its time limit of 6600 s and an hour a VM has been on for longer than Google lets it.
  const overdue = 10 + 6600 + 3600;
  const ended = (vm: Parameters<typeof cameUp>[0] = {}, fields: Partial<RunState> = {}): RunState =>
    ofOne(cameUp(vm, { outcome }), { end: end(), ...fields });
  test.each<Row>([
    ['its VM is deleted', ended(), 100, effect('delete', 1)],
    ['its VM stays while its user keeps it', ended({}, { request: kept }), 3699.9, undefined],
    ['and no longer', ended({}, { request: kept }), 3700, effect('delete', 1)],
    ['a kept VM needs a time limit', ended(unverified, { request: kept }), 200, effect('verify-time-limit', 1)],
    ['one that is not kept does not', ended(unverified), 200, effect('delete', 1)],
    [
      'nor one of another attempt',
      ended(unverified, { request: kept, end: end({ attempt: 2 }) }),
      200,
      effect('delete', 1),
    ],
    [
      'nor where the end is of none',
      ended(unverified, { request: kept, end: end({ attempt: undefined }) }),
      200,
      effect('delete', 1),
    ],
    ['all is gone', ended({ goneAt }), 200, { do: 'clean', at: at(200) }],
    ['all is gone and cleaned', ended({ goneAt }, { cleanedAt: at(150) }), 200, undefined],
    ['an end without an attempt', aRun({ end: end({ attempt: undefined }) }), 200, { do: 'clean', at: at(200) }],
    [
      'one of two VMs is gone',
      aRun({ attempts: { 1: cameUp({ goneAt }, givenUp()), 2: cameUp() }, end: end({ attempt: 2 }) }),
      200,
      effect('delete', 2),
    ],
    [
      'one of two is gone, the other is kept',
      aRun({
        request: kept,
        attempts: { 1: cameUp({ goneAt }, givenUp()), 2: cameUp({}, { outcome }) },
        end: end({ attempt: 2 }),
      }),
      200,
      undefined,
    ],
    ['the slot is given back once the VM is gone', ended({ goneAt }, { slots }), 200, effect('release-slots', 1)],
    ['not before', ended({}, { slots }), 200, effect('delete', 1)],
    ['or cannot bill any more', ended({}, { slots }), overdue, effect('delete', 1)],
    ['which is later', ended({}, { slots }), overdue + 1, effect('release-slots', 1)],
    [
      'every VM counts',
      aRun({ attempts: { 1: cameUp({}, givenUp()), 2: cameUp({ goneAt }) }, slots, end: end({ attempt: 2 }) }),
      200,
      effect('delete', 1),
    ],
    [
      'a place in the queue is given back as well',
      aRun({ end: end({ attempt: undefined }), slots: { held: [], waiting: { pool: 'deployment', since: at(1) } } }),
      200,
      effect('release-slots', 0),
    ],
    ['no slot is left', ended({ goneAt }, { slots: { held: [] } }), 200, { do: 'clean', at: at(200) }],
  ])('%s', (_state, run, seconds, expected) => expectAction(run, seconds, expected));
});

describe('the push to the output repository', () => {
  const request = aCommit({ outputRepository: anOutput });
  const commit = 'd'.repeat(40);
  const pushed = { reports: agentSaid({ publication: { commit } }, at(130)) };
  const refusedPush = { reports: agentSaid({ publication: { message: 'no right' } }, at(130)) };
  const down = { down: { at: at(140), how: 'stopped' as const } };
  const pending = { publication: { state: 'pending' as const } };
  const failed = { publication: { state: 'failed' as const, message: 'x', at: at(120) } };
  const doneBefore = { publication: { state: 'done' as const, commit, at: at(120) } };
  const sentAt = { resultSentAt: at(110) };
  const settle = (publication: object): RunAction => ({ do: 'settle-publication', publication }) as RunAction;
  const done = settle({ state: 'done', commit, at: at(130) });
  const lateMs = 110 + 20 * 60;
  const ended = (vm: Parameters<typeof cameUp>[0], attempt: Partial<Attempt>, fields: Partial<RunState>): RunState =>
    ofOne(cameUp(vm, { outcome, ...attempt }), { request, end: end(), ...fields });
  const wentAway = settle({ state: 'failed', message: 'The VM went away before it could push', at: at(200) });
  test.each<Row>([
    ['the VM learns what it has earned', ended({}, {}, pending), 200, effect('send-result', 1)],
    ['the VM is pushing', ended({}, sentAt, pending), 200, undefined],
    ['the VM has pushed', ended({ period: pushed }, sentAt, pending), 200, done],
    [
      'the push failed',
      ended({ period: refusedPush }, sentAt, pending),
      200,
      settle({ state: 'failed', message: 'no right', at: at(130) }),
    ],
    [
      'it had failed, and the VM says that it did',
      ended({ period: refusedPush }, sentAt, failed),
      200,
      effect('delete', 1),
    ],
    ['it had failed, and the VM pushed after all', ended({ period: pushed }, sentAt, failed), 200, done],
    ['it had failed, and nothing was sent', ended({}, {}, failed), 200, effect('delete', 1)],
    ['it is done', ended({ period: refusedPush }, sentAt, doneBefore), 200, effect('delete', 1)],
    ['it is done, whether anything was sent or not', ended({}, {}, doneBefore), 200, effect('delete', 1)],
    ['no push is awaited', ended({ period: pushed }, sentAt, {}), 200, effect('delete', 1)],
    ['a VM that is down has not pushed', ended({ period: down }, sentAt, pending), 200, wentAway],
    ['nor has one that is gone', ended({ goneAt: at(140) }, sentAt, pending), 200, wentAway],
    [
      'one that is down gets its result nevertheless',
      ended({ period: down }, {}, pending),
      200,
      effect('send-result', 1),
    ],
    ['for twenty minutes', ended({}, sentAt, pending), lateMs, undefined],
    [
      'after that it is late',
      ended({}, sentAt, pending),
      lateMs + 1,
      settle({ state: 'failed', message: 'The VM did not report a push in time', at: at(lateMs + 1) }),
    ],
    [
      'no attempt has earned it',
      ended({}, {}, { ...pending, end: end({ attempt: undefined }) }),
      200,
      effect('delete', 1),
    ],
    [
      'an attempt that does not exist',
      ended({ goneAt: at(140) }, {}, { ...pending, end: end({ attempt: 7 }) }),
      200,
      undefined,
    ],
    [
      'not settled: the run is not clean',
      ended({ goneAt: at(140) }, {}, { ...pending, end: end({ attempt: undefined }) }),
      200,
      undefined,
    ],
    ['failed: the run is clean', ended({ goneAt: at(140) }, sentAt, failed), 200, { do: 'clean', at: at(200) }],
  ])('%s', (_state, run, seconds, expected) => expectAction(run, seconds, expected));

  const before = { 1: cameUp({}, givenUp()), 2: cameUp({}, { outcome }) };
  const beside = aRun({ request, attempts: before, end: end({ attempt: 2 }), ...pending });
  test.each<Row>([
    ['comes before what is left of earlier attempts', beside, 400, effect('send-result', 2)],
    ['for five minutes after the end', beside, 420, effect('delete', 1)],
    ['and then takes turns', beside, 480, effect('send-result', 2)],
  ])('%s', (_state, run, seconds, expected) => expectAction(run, seconds, expected));
});
