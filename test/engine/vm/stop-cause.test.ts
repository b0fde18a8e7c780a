// Why a VM is down: what the operations of its zone say, and what their times say.
import { causeIn, type Disappearance, type VmOperation } from '../../../functions/src/engine/vm/stop-cause';

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
