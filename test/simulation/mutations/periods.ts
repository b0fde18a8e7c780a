// VMs that are switched on and off broken on purpose: what is true of each of their periods, and of a disk that outlives its VM.
import type { Fault, ToyAct } from '../faults/plan';
import { effects, engine, MINUTE, type Mutation, type Story } from './mutation';

type Act = [does: ToyAct['does'], number: number, minute: number];

const story = (acts: readonly Act[], ...faults: Fault[]): Story => ({
  faults: [
    ...acts.map(([does, number, minute]): ToyAct => ({ kind: 'toy', does, number, atMs: minute * MINUTE })),
    ...faults,
  ],
});
/** Where Google remembers the operation of an earlier request for an hour. */
const remembering = (seed: number, of: Story): Story => ({ ...of, plan: { seed } });
const call = (name: string, nth: number, how: 'freeze-after' | 'crash-before' | 'crash-after', ms = 0): Fault => ({
  ...{ kind: 'call', name, nth, how, ms },
});

const OFF: Act[] = [
  ['start', 1, 0],
  ['stop', 1, 3],
];
const AGAIN: Act[] = [...OFF, ['start', 2, 6]];
const REPLACED: Act[] = [...OFF, ['replace', 1, 5], ['start', 2, 6]];
const UNLIMITED: Act[] = [...OFF, ['lose limit', 0, 5], ['start', 2, 6]];
const LIES = (fromMinute: number): Fault => ({
  ...{ kind: 'delete-lies', what: '', fromMs: fromMinute * MINUTE, toMs: (fromMinute + 3) * MINUTE },
});
const POWER = effects('vm/power');

export const PERIODS: Mutation[] = [
  {
    name: 'a VM that is wanted on stays on without its time limit',
    file: engine('vm/power'),
    from: 'if (lacksTimeLimit(vm)) return bringDown(vm, moment);',
    to: '',
    shownBy: story(UNLIMITED),
  },
  {
    name: 'a period without its time limit counts as one in which the VM was not powered on',
    file: engine('vm/power'),
    from: 'return down !== undefined || (start.failure !== undefined && !lacksTimeLimit(vm));',
    to: 'return down !== undefined || start.failure !== undefined;',
    shownBy: story([...OFF, ['drop limit', 0, 5], ['start by hand', 0, 6]]),
  },
  {
    name: 'a VM that was on without its time limit is not missed',
    file: engine('vm/match'),
    from: 'if (lacksTimeLimit(vm)) return true;',
    to: '',
    shownBy: story(UNLIMITED),
  },
  {
    name: 'the time limit is read back in the first period alone',
    file: engine('vm/power'),
    from: 'const { timeLimitVerifiedAt, start } = currentPeriod(vm);\n  return !timeLimitVerifiedAt && !start.failure;',
    to: `const { start } = currentPeriod(vm);
  return !Object.values(vm.periods).some(({ timeLimitVerifiedAt }) => timeLimitVerifiedAt) && !start.failure;`,
    shownBy: story(AGAIN),
  },
  {
    name: 'a VM is started without the time limit of its period',
    file: effects('vm/change-for-period'),
    from: 'if (found.maxRunDurationSeconds !== limit.maxRunDurationSeconds || found.terminationAction !== terminationAction) {',
    to: 'if (false) {',
    shownBy: story([...OFF, ['change limit', 0, 5], ['start', 2, 6]]),
  },
  {
    name: 'a stop that was accepted and did nothing is not requested again',
    file: engine('vm/power'),
    from: 'stop?.operation !== undefined && moment.nowMs - Date.parse(stop.requestedAt ?? stop.at) <= STOP_MS',
    to: 'stop?.operation !== undefined',
    shownBy: story(OFF, LIES(2)),
  },
  {
    name: 'each try of a stop is the same request',
    file: POWER,
    from: "requestIdOf(vm.name, 'stop', currentPeriodNumber(vm), tries)",
    to: "requestIdOf(vm.name, 'stop', currentPeriodNumber(vm))",
    shownBy: remembering(4, story(OFF, LIES(2))),
  },
  {
    name: 'the stops of all periods are one request',
    file: POWER,
    from: "requestIdOf(vm.name, 'stop', currentPeriodNumber(vm), tries)",
    to: "requestIdOf(vm.name, 'stop', tries)",
    shownBy: remembering(4, story([...AGAIN, ['stop', 2, 9]])),
  },
  {
    name: 'the starts of all periods are one request',
    file: POWER,
    from: "requestIdOf(vm.name, 'start', currentPeriodNumber(vm))",
    to: "requestIdOf(vm.name, 'start')",
    shownBy: remembering(1, story([...AGAIN, ['stop', 2, 9], ['start', 3, 12], ['stop', 3, 15]])),
  },
  {
    name: 'a stop ends the period that somebody has begun by hand meanwhile',
    file: POWER,
    from: 'if (lastStartAt !== undefined && observeStartByHand(vm, lastStartAt) !== vm) return undefined;',
    to: '',
    shownBy: story(
      [
        ['start', 1, 0],
        ['start again by hand', 0, 3],
        ['stop', 1, 5.5],
      ],
      {
        ...{ kind: 'down', what: 'sweep', fromMs: 2 * MINUTE, toMs: 20 * MINUTE },
      },
    ),
  },
  {
    name: 'a stop is requested after a look at the VM that is minutes old',
    file: POWER,
    from: 'if (!context.isFresh()) return undefined;\n  const operation = await context.compute.stop',
    to: 'const operation = await context.compute.stop',
    shownBy: { plan: { seed: 2 }, ...story(AGAIN, call('compute.get', 5, 'freeze-after', 5 * MINUTE)) },
  },
  {
    name: 'a start is requested after a look at the VM that is minutes old',
    file: POWER,
    from: 'if (!context.isFresh()) return undefined;\n  const answer = await compute.start(',
    to: 'const answer = await compute.start(',
    shownBy: {
      plan: { seed: 3 },
      ...story([...AGAIN, ['stop', 2, 10]], call('compute.setMetadata', 2, 'freeze-after', 8 * MINUTE)),
    },
  },
  {
    name: 'a VM that somebody has deleted is made again without its disk',
    file: effects('vm/make-again'),
    from: 'onKeptDisk(task.body(), vm)',
    to: 'task.body()',
    shownBy: story([...OFF, ['delete by hand', 0, 5], ['start', 2, 6]]),
  },
  {
    name: 'a start that failed counts as a start',
    file: effects('vm/await-start'),
    from: 'return state.failure ? failed(state.failure, vm, context) : settledWell(context);',
    to: `const isFailed = state.failure && currentPeriodNumber(vm) === 1;
  return isFailed ? failed(state.failure, vm, context) : settledWell(context);`,
    shownBy: story(AGAIN, { kind: 'zone-stocked-out', what: '*', fromMs: 5 * MINUTE, toMs: 30 * MINUTE }),
  },
  {
    name: 'a VM is to be on before its start is requested',
    file: engine('vm/match'),
    from: 'return start.settledAt !== undefined && !start.failure;',
    to: 'return !start.failure;',
    shownBy: story(AGAIN, call('compute.start', 1, 'crash-before')),
  },
  {
    name: 'a start that is under way is not settled before its VM is stopped',
    file: engine('vm/power'),
    from: 'if (start.settledAt === undefined && !lacksTimeLimit(vm)) return bringUp(vm, moment);',
    to: '',
    shownBy: story([...AGAIN, ['stop', 2, 6.01]]),
  },
  {
    name: 'nobody notes when Compute Engine started a VM',
    file: effects('vm/verify-time-limit'),
    from: '...(lastStartAt !== undefined && { startedAt: lastStartAt }),',
    to: '',
    shownBy: story([
      ['start', 1, 0],
      ['start again by hand', 0, 3.5],
    ]),
  },
  {
    name: 'a period that a start by hand has ended has no end',
    file: engine('vm/start-by-hand'),
    from: 'if (isPeriodOver(vm)) return vm;',
    to: 'if (vm) return vm;',
    shownBy: story([
      ['start', 1, 0],
      ['start again by hand', 0, 3.5],
    ]),
  },
  {
    name: 'a document that nothing is to be done for is not looked at, though its VM is on',
    file: 'functions/src/sweep/orphans.ts',
    from: "if (ownership === 'owned' && document && found.resource === 'vm' && !isDown(found)) {",
    to: 'if (false) {',
    shownBy: story([...OFF, ['start by hand', 0, 8]]),
  },
  {
    name: 'an effect that comes back late counts for the newest period',
    file: 'functions/src/control/advance.ts',
    from: 'const merged = update && inPeriod(currentPeriodNumber(found.vm), update);',
    to: 'const merged = update;',
    shownBy: story([...AGAIN, ['stop', 2, 12]], call('compute.stop', 1, 'freeze-after', 7 * MINUTE)),
  },
  {
    name: 'a sweep that comes back late ends the newest period',
    file: 'functions/src/sweep/live.ts',
    from: 'return inPeriod(period, (known) => observeDown(known, down));',
    to: 'return (known) => observeDown(known, down);',
    shownBy: story(AGAIN, call('compute.operationsOn', 1, 'freeze-after', 5 * MINUTE)),
  },
  {
    name: 'a list is believed that is older than a start',
    file: 'functions/src/sweep/live.ts',
    from: "if (seen === 'unseen' || vm.terminationAction === 'STOP') {",
    to: "if (seen === 'unseen') {",
    shownBy: story(AGAIN, call('compute.list', 5, 'freeze-after', 150_000)),
  },
  {
    name: 'a report that comes late counts for the newest period',
    file: engine('vm/observe'),
    from: 'return inPeriod(periodAt(vm, receivedAt), (known) => withReport(known, key, state, receivedAt))(vm);',
    to: 'return withReport(vm, key, state, receivedAt);',
    shownBy: story(AGAIN, { kind: 'down', what: 'event', fromMs: 2 * MINUTE, toMs: 12 * MINUTE }),
  },
  {
    name: 'a VM that is wanted off is deleted',
    file: engine('vm/deletion-steps'),
    from: "if (wanted !== 'absent') return [];",
    to: "if (wanted === 'on') return [];",
    shownBy: story(OFF),
  },
  {
    name: 'a disk that is kept is deleted with its VM',
    file: effects('vm/delete'),
    from: '(isDiskKept ? deleteVmOnly : deleteVmWithDisk)',
    to: '(isDiskKept ? deleteVmWithDisk : deleteVmWithDisk)',
    shownBy: story(REPLACED),
  },
  {
    name: 'a disk that is kept is deleted once its VM is gone',
    file: engine('vm/deletion-steps'),
    from: '&& !isDiskKept ?',
    to: '?',
    shownBy: story(REPLACED),
  },
  {
    name: 'a disk that is kept belongs to nobody once its VM is gone',
    file: engine('orphans'),
    from: "if (found.resource === 'disk' && disk && isAt(disk, found) && disk.wanted === 'kept') return 'owned';",
    to: '',
    shownBy: story(REPLACED),
  },
  {
    name: 'a disk that was kept is gone once its deletion was requested',
    file: effects('vm/delete'),
    from: 'if (!(await deleteDisk(targetOf(task, context), context.compute))) return undefined;',
    to: 'await deleteDisk(targetOf(task, context), context.compute);',
    shownBy: story(REPLACED, LIES(15)),
  },
];
