// The engine broken on purpose: for how long what is waited for, and what may go on meanwhile.
import { aRun } from '../faults/quiet-plan';
import type { Fault, VmFault } from '../faults/plan';
import { MINUTE, RUN, busy, engine, inTurn, type Mutation } from './mutation';

const preempted = (attempt: number, minutes: number): VmFault => ({
  ...{ kind: 'preempt', run: RUN, attempt },
  afterMs: minutes * MINUTE,
});
const stockedOut = (from: number, to: number): Fault => ({
  ...{ kind: 'zone-stocked-out', what: '*' },
  fromMs: from * MINUTE,
  toMs: to * MINUTE,
});
/** Two hours of it. */
const longRun = { ...busy, maxRunSeconds: 8000, command: { ...aRun.command, durationMs: 120 * MINUTE } };

export const WAITS: Mutation[] = [
  {
    name: 'spot_then_standard never turns to standard',
    file: engine('vm/provisioning'),
    from: "return spot.length < SPOT_CHANCES ? 'spot' : 'standard';",
    to: "return spot.length < 30 ? 'spot' : 'standard';",
    shownBy: {
      run: { ...longRun, provisioning: 'spot_then_standard' },
      faults: [preempted(1, 15), preempted(2, 15)],
    },
  },
  {
    name: 'the clock of a wait begins anew with each stock-out',
    file: engine('vm/capacity'),
    from: 'since: wait.since ?? iso(nowMs),\n    tried,',
    to: 'since: iso(nowMs),\n    tried,',
    shownBy: { faults: [stockedOut(0, 30)] },
  },
  {
    name: 'the clock of a wait begins anew with each pause',
    file: engine('vm/capacity'),
    from: 'const since = wait.since ?? iso(nowMs);',
    to: 'const since = iso(nowMs);',
    shownBy: { faults: [stockedOut(0, 30)] },
  },
  {
    name: 'an earlier wait is forgotten when a VM has come',
    file: engine('vm/capacity'),
    from: 'waitedSeconds: wait.waitedSeconds + secondsSince(wait, nowMs) };',
    to: 'waitedSeconds: secondsSince(wait, nowMs) };',
    shownBy: { run: longRun, faults: [stockedOut(0, 30), preempted(0, 5), stockedOut(36, 50)] },
  },
  {
    name: 'a wait does not count once a VM has come',
    file: engine('vm/capacity'),
    from: 'waitedSeconds: wait.waitedSeconds + secondsSince(wait, nowMs) };',
    to: 'waitedSeconds: wait.waitedSeconds };',
    shownBy: { faults: [stockedOut(0, 10)] },
  },
  {
    name: 'earlier waits do not count towards the queue limit',
    file: engine('vm/capacity'),
    from: 'return capacity.waitedSeconds + secondsSince(capacity, nowMs) > queueLimitSeconds;',
    to: 'return secondsSince(capacity, nowMs) > queueLimitSeconds;',
    shownBy: { run: longRun, faults: [stockedOut(0, 50), preempted(0, 20), stockedOut(60, 300)] },
  },
  {
    name: 'a run that pauses keeps its slot',
    file: engine('run/next-attempt'),
    from: "return areGone && hasSlots(state) ? { effect: 'release-slots', vm: currentAttempt(state) } : undefined;",
    to: 'return undefined;',
    shownBy: { faults: [stockedOut(0, 50)] },
  },
  {
    name: 'a wait goes on beside a VM',
    file: engine('run/attempts'),
    from: 'const capacity = hasCome && isNewest ? afterPlacement(state, Date.parse(settledAt)) : undefined;',
    to: 'const capacity = undefined;',
    shownBy: { faults: [stockedOut(0, 10)] },
  },
  {
    name: 'a zone that does not answer is waited for without an end',
    file: engine('vm/insert-deadlines'),
    from: 'ageMs(vm, nowMs) >= UNANSWERED_MS;',
    to: 'ageMs(vm, nowMs) >= 30 * UNANSWERED_MS;',
    shownBy: { faults: [{ kind: 'zone-out', what: 'zone-a', fromMs: 0, toMs: 300 * MINUTE }] },
  },
  {
    name: 'a push is awaited for as long as its VM lives',
    file: engine('run/decide'),
    from: '> PUBLICATION_MS;',
    to: '> 30 * PUBLICATION_MS;',
    shownBy: {
      run: { maxRunSeconds: 3000 },
      // The result is there, and nothing is pushed yet.
      faults: [{ kind: 'hang', run: RUN, attempt: 1, afterMs: 108_000 }],
    },
  },
  {
    name: 'a commit that was delivered too often is only shown',
    file: 'functions/src/sweep/dead-letter.ts',
    from: "await context.bus.ask(rejection);\n    return { outcome: 'rejected', document };",
    to: "return { outcome: 'shown', document, cause: message };",
    // With this seed the first message, which is the commit, is dead-lettered, and no other.
    shownBy: { plan: { seed: 786, poison: 0.001 }, faults: [] },
  },
  {
    name: 'the slot of a run that lives is freed',
    file: 'functions/src/control/free-slot.ts',
    from: 'if (stored && !kind.isSettled(stored.state)) return;',
    to: '',
    shownBy: { run: busy, faults: [{ kind: 'said', says: 'free-slot', run: RUN, atMs: 5 * MINUTE }] },
  },
  {
    name: 'a VM that is stopping counts as down',
    file: engine('vm/match'),
    from: "const DOWN = new Set(['STOPPED',",
    to: "const DOWN = new Set(['STOPPING', 'STOPPED',",
    shownBy: {
      plan: { runs: inTurn.map((run) => ({ ...run, ...busy })), maxParallel: 3 },
      faults: inTurn.map(({ id }, index): Fault => {
        return { kind: 'preempt', run: id, attempt: 0, afterMs: 5 * MINUTE + index * 20_000 };
      }),
    },
  },
  {
    name: 'an attempt leaves the document while something of it is there',
    file: engine('run/archive'),
    from: 'attempt?.vm.goneAt !== undefined && ',
    to: '',
    shownBy: {
      run: { queueLimitSeconds: 4 * 3600 },
      faults: [
        stockedOut(0, 230),
        { kind: 'refused', calls: 'compute.delete', says: 'forbidden', share: 1, fromMs: 0, toMs: 200 * MINUTE },
        { kind: 'refused', calls: 'compute.deleteDisk', says: 'forbidden', share: 1, fromMs: 0, toMs: 200 * MINUTE },
      ],
    },
  },
];
