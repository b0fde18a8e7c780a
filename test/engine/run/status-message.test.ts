// The sentence that a user reads beside the status of a run.
import type { Attempt, Phase, RunState } from '@mymlops/protocol';
import { statusOf } from '../../../functions/src/engine/run/status';
import { statusMessage } from '../../../functions/src/engine/run/status-message';
import { anAttempt } from '../../fakes/builders';
import { agentSaid, aRun, at, cameUp, givenUp, refused } from './states';

const end = { status: 'failed' as const, reason: 'user-error' as const, message: 'm', attempt: 1, at: at(100) };
const cancel = { by: 'bob', at: at(30) };
const ofOne = (attempt: Attempt, fields: Partial<RunState> = {}): RunState =>
  aRun({ attempts: { 1: attempt }, ...fields });
const running = cameUp({ period: { reports: agentSaid() } });
const message = (run: RunState): string => statusMessage(run, statusOf(run));

const slot = (pool: string): Partial<RunState> => ({ slots: { held: [], waiting: { pool, since: at(59.9) } } });
const wait = (notBefore?: number): Partial<RunState> => ({
  capacity: { waitedSeconds: 0, tried: [], rounds: 0, since: at(60), ...(notBefore && { notBefore: at(notBefore) }) },
});
const lost = (fields: object = {}): Attempt => cameUp({}, givenUp(100, fields));
test.each<[string, RunState, string]>([
  ['queued', aRun(), 'Waiting to request a VM'],
  [
    'a slot of the deployment',
    aRun(slot('deployment')),
    "Waiting for a free slot since 2026-11-21 10:00 UTC (the deployment's max_parallel is reached)",
  ],
  [
    'a slot of a profile',
    aRun(slot('profile-gpu')),
    "Waiting for a free slot since 2026-11-21 10:00 UTC (the profile's (gpu) max_parallel is reached)",
  ],
  [
    'a slot of the nameless profile',
    aRun(slot('profile-')),
    "Waiting for a free slot since 2026-11-21 10:00 UTC (the profile's max_parallel is reached)",
  ],
  ['it holds a slot', aRun({ slots: { held: ['deployment'] } }), 'Waiting to request a VM'],
  ['capacity', aRun(wait()), 'Waiting for capacity since 2026-11-21 10:01 UTC'],
  [
    'quota',
    aRun({ capacity: { waitedSeconds: 0, tried: [], rounds: 1, since: at(60), isForQuota: true } }),
    "Waiting for quota that this deployment's other VMs use since 2026-11-21 10:01 UTC",
  ],
  ['capacity, in a pause', aRun(wait(300)), 'Waiting for capacity since 2026-11-21 10:01 UTC; next try at 10:05'],
  [
    'a slot, before capacity',
    aRun({ ...wait(), ...slot('deployment') }),
    "Waiting for a free slot since 2026-11-21 10:00 UTC (the deployment's max_parallel is reached)",
  ],
  [
    'its wait for capacity is over',
    aRun({ capacity: { waitedSeconds: 9, tried: [], rounds: 0 } }),
    'Waiting to request a VM',
  ],
  ['provisioning', ofOne(anAttempt()), 'Waiting for a VM on this computer'],
  [
    'preempted',
    ofOne(lost({ reason: 'preempted', cause: 'deleted' })),
    'Attempt 1 was preempted; another attempt follows',
  ],
  ['lost', ofOne(lost()), 'Attempt 1 was lost; another attempt follows'],
  ['deleted', ofOne(lost({ cause: 'deleted' })), 'Attempt 1 was deleted by someone; another attempt follows'],
  [
    'at its time limit',
    ofOne(lost({ cause: 'time-limit' })),
    "Attempt 1 was ended at its VM's time limit; another attempt follows",
  ],
  [
    'lost, and capacity is waited for',
    ofOne(lost(), wait()),
    'Attempt 1 was lost; waiting for capacity since 2026-11-21 10:01 UTC',
  ],
  [
    'lost, and the next is decided',
    aRun({ attempts: { 1: lost(), 2: anAttempt({ zone: 'local-b', machine: 'n1-standard-4' }) } }),
    'Attempt 1 was lost; waiting for a VM of type n1-standard-4 in local-b',
  ],
  [
    'the last that had a VM is named',
    aRun({ attempts: { 1: lost(), 2: lost({ reason: 'preempted' }), 3: refused(undefined, {}, givenUp()) } }),
    'Attempt 2 was preempted; another attempt follows',
  ],
  ['ended', ofOne(running, { end }), 'm'],
  ['only a cancel came', aRun({ request: undefined, cancel }), 'Cancelled before its commit arrived'],
])('%s', (_state, run, text) => expect(message(run)).toBe(text));

test.each<[Phase, string]>([
  ['boot', 'Booting the VM'],
  ['source', 'Fetching the snapshot'],
  ['setup', 'Running the setup command'],
  ['execute', 'Executing the notebook'],
  ['publish', 'Saving the results'],
])('in phase %s', (phase, text) => {
  const run = ofOne(cameUp({ period: { reports: agentSaid({ phase }) } }));
  expect(message(run)).toBe(text);
});

test('on Google, the type and the zone of the VM are named', () => {
  const attempt = anAttempt({ machine: 'e2-medium', zone: 'us-a' });
  expect(message(ofOne(attempt))).toBe('Waiting for a VM of type e2-medium in us-a');
});
