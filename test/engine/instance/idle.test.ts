// Whether somebody works on an instance: each combination of signals is a row.
import type { Signal, SignalName, Verdict } from '@mymlops/protocol';
import { verdictOf } from '../../../functions/src/engine/instance/idle';

const WINDOW = 3600;
const busy: Signal = { says: 'busy' };
const unknown: Signal = { says: 'unknown', detail: 'nvidia-smi does not answer' };
const absent: Signal = { says: 'absent' };
const idle = (idleSeconds?: number): Signal => ({ says: 'idle', ...(idleSeconds !== undefined && { idleSeconds }) });

const rows: [string, Partial<Record<SignalName, Signal>> | undefined, Verdict][] = [
  ['the VM has not reported any', undefined, { says: 'silent' }],
  ['all are absent', { kernels: absent, gpu: absent }, { says: 'silent' }],
  ['one is idle for the window', { cpu: idle(3600) }, { says: 'idle', seconds: 3600 }],
  ['one is idle for a second less', { cpu: idle(3599) }, { says: 'recent', signal: 'cpu', seconds: 3599 }],
  ['one does not say for how long', { cpu: idle() }, { says: 'recent', signal: 'cpu', seconds: 0 }],
  ['all that exist are idle', { kernels: idle(4000), cpu: idle(5000), gpu: absent }, { says: 'idle', seconds: 4000 }],
  [
    'one of them became idle a while ago',
    { kernels: idle(9000), cpu: idle(60), terminals: idle(9000) },
    { says: 'recent', signal: 'cpu', seconds: 60 },
  ],
  ['a busy kernel beside idle ones', { kernels: busy, cpu: idle(9000) }, { says: 'busy', signal: 'kernels' }],
  ['a busy GPU beside idle ones', { kernels: idle(9000), gpu: busy }, { says: 'busy', signal: 'gpu' }],
  [
    'unknown counts as busy',
    { kernels: idle(9000), gpu: unknown },
    { says: 'unknown', signal: 'gpu', detail: 'nvidia-smi does not answer' },
  ],
  ['busy comes before unknown', { kernels: unknown, cpu: busy }, { says: 'busy', signal: 'cpu' }],
  ['of two that are busy the first is named', { ssh: busy, exec: busy }, { says: 'busy', signal: 'ssh' }],
];

test.each(rows)('%s', (_, signals, verdict) => {
  expect(verdictOf(signals, WINDOW)).toEqual(verdict);
});

test('more of a signal never makes a busy instance idle: each of them alone holds it', () => {
  const names: SignalName[] = ['kernels', 'terminals', 'ssh', 'cpu', 'gpu', 'exec'];
  const allIdle = Object.fromEntries(names.map((name) => [name, idle(99_999)]));
  expect(verdictOf(allIdle, WINDOW).says).toBe('idle');
  for (const name of names) {
    for (const signal of [busy, unknown, idle(10)]) {
      expect(verdictOf({ ...allIdle, [name]: signal }, WINDOW).says).not.toBe('idle');
    }
  }
});
