// The engine broken on purpose: who may have a VM.
import { MINUTE, RUN, busy, inTurn, engine, type Mutation } from './mutation';

export const SLOTS: Mutation[] = [
  {
    name: 'a slot is held for as long as nobody says what became of an insert',
    file: engine('vm/deletion-steps'),
    from: 'return Math.min(lastRequestMs(vm), settledMs ?? Infinity);',
    to: 'return settledMs;',
    shownBy: {
      run: { ...busy, cancelAtMs: 3 * MINUTE },
      faults: [{ kind: 'zone-out', what: 'zone-a', fromMs: 3000, toMs: 330 * MINUTE }],
    },
  },
  {
    name: 'a slot is held for as long as nobody can read the time limit back',
    file: engine('vm/deletion-steps'),
    from: 'if (onMs === undefined || lacksTimeLimit(vm)) return false;',
    to: 'if (onMs === undefined || lacksTimeLimit(vm) || !currentPeriod(vm).timeLimitVerifiedAt) return false;',
    shownBy: {
      run: { ...busy, cancelAtMs: 3 * MINUTE },
      faults: [{ kind: 'zone-out', what: 'zone-a', fromMs: 3000, toMs: 330 * MINUTE }],
    },
  },
  {
    name: 'slots are released while the VM is still there',
    file: engine('run/decide'),
    from: 'if (isIdle && hasSlots(state))',
    to: 'if (hasSlots(state))',
    shownBy: { plan: { zones: ['zone-a'], runs: inTurn }, faults: [] },
  },
  {
    name: 'slots are released early, with the attempt that is given up',
    file: engine('run/next-attempt'),
    from: 'const deletion = inTurn(deletions(resourcesOf(state, moment.nowMs), moment), moment);',
    to: `if (last && hasSlots(state)) return { effect: 'release-slots', vm: currentAttempt(state) };
  const deletion = inTurn(deletions(resourcesOf(state, moment.nowMs), moment), moment);`,
    shownBy: { plan: { runs: inTurn }, faults: [{ kind: 'hang', run: RUN, attempt: 1, afterMs: 30_000 }] },
  },
  {
    name: 'slots are never released',
    file: engine('run/decide'),
    from: "if (isIdle && hasSlots(state)) return { effect: 'release-slots', vm: currentAttempt(state) };",
    to: '',
    shownBy: 4,
  },
  {
    name: 'who came last is first in the line',
    file: engine('slots'),
    from: 'queue: position < 0 ? [...pool.queue, who] : pool.queue }',
    to: 'queue: position < 0 ? [who, ...pool.queue] : pool.queue }',
    shownBy: { plan: { runs: inTurn }, faults: [] },
  },
  {
    name: 'the pool of a profile does not count',
    file: engine('run/pools'),
    from: 'return maxParallel === undefined ? [deployment]',
    to: 'return maxParallel !== 0 ? [deployment]',
    shownBy: { plan: { maxParallel: 3, runs: inTurn.map((run) => ({ ...run, profileMax: 1 })) }, faults: [] },
  },
  {
    name: 'a full pool takes more',
    file: engine('slots'),
    from: 'if (pool.holders.length + ahead < max)',
    to: 'if (true)',
    shownBy: 14,
  },
  {
    name: 'nobody tells the next in line, and the sweep does not either',
    file: engine('slots'),
    from: 'queue.slice(0, Math.max(0, max - holders.length))',
    to: '[] as DocumentRef[]',
    shownBy: 9,
  },
];
