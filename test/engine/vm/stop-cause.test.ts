// Why a VM is down: what the operations of its zone say, and what their times say.
import {
  causeIn,
  mayBeOverdue,
  type Disappearance,
  type VmOperation,
} from '../../../functions/src/engine/vm/stop-cause';

const START = Date.parse('2026-11-21T10:00:00Z');
const LIMIT_SECONDS = 3600;
const at = (seconds: number): string => new Date(START + seconds * 1000).toISOString();
const operation = (type: string, seconds: number): VmOperation => ({
  type,
  at: at(seconds),
  endedAt: at(seconds + 5),
});
const insert = operation('insert', -5);
const gone = (seconds: number): Disappearance => ({
  how: 'gone',
  nowMs: START + seconds * 1000,
  limitSeconds: LIMIT_SECONDS,
});

test.each<[string, VmOperation[], Disappearance, ReturnType<typeof causeIn>]>([
  ['nothing is known', [], gone(9999), undefined],
  ['no operation says so, before its time', [insert], gone(3000), undefined],
  ['no operation says so, and its time is over', [insert], gone(3700), 'time-limit'],
  ['it is down, not gone: its limit would have deleted it', [insert], { ...gone(3700), how: 'stopped' }, undefined],
  ['a deletion before its time', [insert, operation('delete', 3000)], gone(3010), 'deleted'],
  ['the same, noticed hours later', [insert, operation('delete', 3000)], gone(9999), 'deleted'],
  ['a deletion at its time', [operation('delete', 3602), insert], gone(3700), 'time-limit'],
  ['the insert was done some seconds after the VM ran', [insert, operation('delete', 3580)], gone(3700), 'time-limit'],
  [
    'a word nobody has met, at its time',
    [insert, operation('compute.instances.other', 3601)],
    gone(3700),
    'time-limit',
  ],
  ['a word nobody has met, before', [insert, operation('compute.instances.other', 60)], gone(3700), undefined],
  [
    'preempted, then deleted',
    [insert, operation('delete', 61), operation('compute.instances.preempted', 60)],
    gone(100),
    'preempted',
  ],
  [
    'preempted at a time that is not said',
    [{ type: 'compute.instances.preempted', at: '' }, insert],
    gone(100),
    'preempted',
  ],
  ['preempted at its time', [insert, operation('compute.instances.preempted', 3600)], gone(3700), 'preempted'],
  [
    'its limit counts from its last start',
    [insert, operation('stop', 100), operation('start', 3000), operation('delete', 3700)],
    gone(3800),
    'deleted',
  ],
  [
    'what was merely set ends nothing; it is gone, and its time is over',
    [insert, operation('setMetadata', 3700)],
    gone(3800),
    'time-limit',
  ],
  [
    'its name was taken before anybody looked: at its time, whatever became of the other one',
    [
      insert,
      operation('delete', 3602),
      operation('insert', 3700),
      operation('compute.instances.preempted', 3800),
      operation('delete', 3801),
    ],
    gone(3900),
    'time-limit',
  ],
  [
    'its name was taken after it was deleted, and the other one preempted',
    [operation('compute.instances.preempted', 300), operation('insert', 200), operation('delete', 100), insert],
    gone(400),
    'deleted',
  ],
])('%s', (_what, operations, disappearance, cause) => {
  expect(causeIn(operations, disappearance)).toBe(cause);
});

// The insert was done at ten; the limit of 3600 s counts from then, with a minute of slack.
const DUE = 3540;
const PREEMPTED = 'compute.instances.preempted';

test.each<[string, VmOperation[], Disappearance, ReturnType<typeof causeIn>]>([
  ['deleted a moment before its time', [insert, operation('delete', DUE - 0.001)], gone(9999), 'deleted'],
  ['deleted at its time', [insert, operation('delete', DUE)], gone(9999), 'time-limit'],
  ['gone a moment before its time', [insert], gone(DUE - 0.001), undefined],
  ['gone at its time', [insert], gone(DUE), 'time-limit'],
  [
    'ended twice: the first time counts',
    [insert, operation('delete', 9), operation('delete', 9999)],
    gone(9999),
    'deleted',
  ],
  ['its insert has not ended', [{ type: 'insert', at: at(-5) }], gone(9999), undefined],
  ['no start is listed', [operation('setMetadata', 5)], gone(9999), undefined],
  ['a start that has not ended does not count', [insert, { type: 'start', at: at(3000) }], gone(DUE), 'time-limit'],
  ['a word that only holds a word of ours', [insert, operation('bulkdelete', 60)], gone(100), undefined],
  [
    'Compute Engine acted, at its time, and the VM is stopped',
    [insert, operation('compute.instances.x', DUE)],
    { ...gone(9999), how: 'stopped' },
    'time-limit',
  ],
  [
    'an insert at the moment of the deletion is not another VM: all is of one',
    [insert, operation('delete', 100), operation('insert', 100), operation(PREEMPTED, 200)],
    gone(300),
    'preempted',
  ],
  [
    'another VM got the name: what is done at that moment is not ours',
    [insert, operation('delete', 100), operation('insert', 150), operation(PREEMPTED, 150)],
    gone(300),
    'deleted',
  ],
  [
    'another VM got the name: what was done a moment before is ours',
    [insert, operation('delete', 100), operation(PREEMPTED, 149.999), operation('insert', 150)],
    gone(300),
    'preempted',
  ],
  [
    'the name was taken twice: all from the first time on is not ours',
    [insert, operation('delete', 100), operation('insert', 150), operation(PREEMPTED, 160), operation('insert', 200)],
    gone(300),
    'deleted',
  ],
])('at the limits: %s', (_what, operations, disappearance, cause) => {
  expect(causeIn(operations, disappearance)).toBe(cause);
});

/** Noticed in a period that began at 200 s. */
const goneSince = (seconds: number): Disappearance => ({ ...gone(seconds), since: at(200) });
const startAgain = operation('start', 200);

test.each<[string, VmOperation[], Disappearance, ReturnType<typeof causeIn>]>([
  ['preempted in an earlier period', [insert, operation(PREEMPTED, 199.999), startAgain], goneSince(300), undefined],
  [
    'preempted at the moment at which it began',
    [insert, startAgain, operation(PREEMPTED, 200)],
    goneSince(300),
    'preempted',
  ],
  ['preempted since', [insert, startAgain, operation(PREEMPTED, 250)], goneSince(300), 'preempted'],
  ['preempted at a time that is not said', [startAgain, { type: PREEMPTED, at: '' }], goneSince(300), 'preempted'],
  ['deleted since', [insert, startAgain, operation('delete', 250)], goneSince(300), 'deleted'],
  ['the limit counts from its start', [insert, startAgain], goneSince(205 + DUE - 0.001), undefined],
  ['the limit counts from its start, and is over', [insert, startAgain], goneSince(205 + DUE), 'time-limit'],
  ['the insert alone is listed: it tells nothing of now', [insert], goneSince(9999), undefined],
  [
    'where this is the first period, all counts',
    [insert, operation(PREEMPTED, 199), startAgain],
    gone(300),
    'preempted',
  ],
])('a VM that was started again: %s', (_what, operations, disappearance, cause) => {
  expect(causeIn(operations, disappearance)).toBe(cause);
});

const MIGRATED = 'compute.instances.migrateOnHostMaintenance';
const HOST_ERROR = 'compute.instances.hostError';
const RESTARTED = 'compute.instances.automaticRestart';

test.each<[string, VmOperation[], Disappearance, ReturnType<typeof causeIn>]>([
  ['migrated, and gone at its time', [insert, operation(MIGRATED, 60)], gone(DUE), 'time-limit'],
  ['migrated, and gone before', [insert, operation(MIGRATED, 60)], gone(DUE - 0.001), undefined],
  [
    'migrated, and deleted before its time',
    [insert, operation(MIGRATED, 60), operation('delete', 90)],
    gone(99),
    'deleted',
  ],
  [
    'migrated at its time, which says nothing of its end',
    [insert, operation('delete', 90), operation(MIGRATED, 3600)],
    gone(9999),
    'deleted',
  ],
  ['its host failed', [insert, operation(HOST_ERROR, 60)], { ...gone(99), how: 'stopped' }, 'host'],
  [
    'its host was maintained, and it cannot migrate',
    [insert, operation('compute.instances.terminateOnHostMaintenance', 60)],
    { ...gone(99), how: 'stopped' },
    'host',
  ],
  [
    'its host failed, it was started again, and switched itself off',
    [insert, operation(HOST_ERROR, 60), operation('start', 90), operation('compute.instances.guestTerminate', 120)],
    { ...gone(130), how: 'stopped' },
    undefined,
  ],
  [
    'its host failed, and it was deleted afterwards',
    [insert, operation(HOST_ERROR, 60), operation('delete', 90)],
    gone(99),
    'host',
  ],
  [
    'its host failed, and another one has it: its limit counts from then',
    [insert, operation(HOST_ERROR, 60), operation(RESTARTED, 100)],
    gone(105 + DUE),
    'time-limit',
  ],
  [
    'the same a moment before',
    [insert, operation(HOST_ERROR, 60), operation(RESTARTED, 100)],
    gone(105 + DUE - 0.001),
    undefined,
  ],
  [
    'the same, deleted by somebody',
    [operation(RESTARTED, 100), operation(HOST_ERROR, 60), operation('delete', DUE), insert],
    gone(9999),
    'deleted',
  ],
  [
    'the same, deleted at its time',
    [operation('delete', 105 + DUE), operation(RESTARTED, 100), operation(HOST_ERROR, 60), insert],
    gone(9999),
    'time-limit',
  ],
  [
    'its host failed for good after it had been restarted once',
    [insert, operation(HOST_ERROR, 60), operation(RESTARTED, 100), operation(HOST_ERROR, 200)],
    gone(9999),
    'host',
  ],
])('what Google does to a VM in mid-life: %s', (_what, operations, disappearance, cause) => {
  expect(causeIn(operations, disappearance)).toBe(cause);
});

test.each([
  [DUE - 0.001, false],
  [DUE, true],
  [9999, true],
  [-1, false],
])('%d s after the intent, a VM with a limit of an hour may be overdue: %s', (seconds, isIt) => {
  const start = { at: at(0), maxRunDurationSeconds: LIMIT_SECONDS };
  expect(mayBeOverdue(start, START + seconds * 1000)).toBe(isIt);
});
