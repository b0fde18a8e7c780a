// Interactive instances broken on purpose: periods, their ends, the proposal to stop, the disk, the deletion.
import type { InstanceAct } from '../faults/plan';
import { effects, engine, MINUTE, type Mutation, type Story } from './mutation';

/** `minutes`: for how long an extension is. */
type Act = [does: InstanceAct['does'], minute: number, minutes?: number];

const acts = (...list: Act[]): InstanceAct[] =>
  list.map(([does, minute, minutes]) => ({
    ...{ kind: 'instance', does, atMs: minute * MINUTE },
    ...(minutes !== undefined && { minutes }),
  }));
const story = (seed: number, ...list: Act[]): Story => ({ plan: { seed, runs: [] }, faults: acts(...list) });

const OBSERVE = engine('instance/observe');
const DECIDE = engine('instance/decide');
const ENDS = engine('instance/end-of-period');
const WHY_DOWN = engine('instance/why-down');
const READINGS = engine('instance/readings');
const RESOURCES = engine('instance/resources');
const STATUS = engine('instance/status');
const MAKE_AGAIN = effects('vm/make-again');
const PLACE = effects('instance/place-instance');

export const OF_INSTANCES: Mutation[] = [
  {
    name: 'a copy of its start makes a deleted instance again',
    file: OBSERVE,
    from: 'if (state.uid === uid && state.deletedAt !== undefined) return state;',
    to: '',
    shownBy: { instances: 155 },
  },
  {
    name: 'an extension is forgotten',
    file: READINGS,
    from: 'return Math.max(softMs, untilMs({ until, current }));',
    to: 'return softMs;',
    shownBy: { instances: 12 },
  },
  {
    name: 'an extension ends with the period after it',
    file: READINGS,
    from: 'until?.period === current ? Date.parse(until.at) : 0;',
    to: 'until ? Date.parse(until.at) : 0;',
    shownBy: { instances: 353 },
  },
  {
    name: 'nobody is stopped at the soft stop',
    file: ENDS,
    from: 'if (moment.nowMs < stopsAtMs(state, vm)) return undefined;',
    to: 'if (state.started > 0) return undefined;',
    shownBy: { instances: 12 },
  },
  {
    name: 'the soft stop comes at once',
    file: ENDS,
    from: 'if (moment.nowMs < stopsAtMs(state, vm)) return undefined;',
    to: '',
    shownBy: { instances: 2 },
  },
  {
    name: 'a VM that went off by itself stays wanted',
    file: ENDS,
    from: 'if (down) return because(whyDown(state, vm, down));',
    to: '',
    shownBy: { instances: 16 },
  },
  {
    name: 'idleness alone ends a period',
    file: WHY_DOWN,
    from: "if (alone !== true && answer?.says !== 'going') return undefined;",
    to: 'if (state.proposal === undefined) return undefined;',
    shownBy: { instances: 20 },
  },
  {
    name: 'nothing is proposed',
    file: DECIDE,
    from: 'return proposalStep(state, vm, moment) ?? tellStep(state, vm, moment);',
    to: 'return tellStep(state, vm, moment);',
    shownBy: { instances: 2 },
  },
  {
    name: 'a proposal is not told',
    file: DECIDE,
    from: 'told.proposal === number &&',
    to: '',
    shownBy: { instances: 2 },
  },
  {
    name: 'a period begins before the last one is over',
    file: DECIDE,
    from: 'if (vm && !isPeriodOver(vm)) {',
    to: 'if (false) {',
    shownBy: { instances: 1 },
  },
  {
    name: 'the slot is kept for ever',
    file: DECIDE,
    from: 'if (!hasSlots(state) || (isWanted(state) && !isPausing(state, moment.nowMs))) return undefined;',
    to: 'if (hasSlots(state)) return undefined;',
    shownBy: { instances: 2 },
  },
  {
    name: 'the slot is given back while the VM is on',
    file: DECIDE,
    from: 'const areOff = Object.values(state.vms).every((vm) => isPeriodOver(vm) || cannotBill(vm, moment.nowMs));',
    to: 'const areOff = true;',
    shownBy: { instances: 1 },
  },
  {
    name: 'a stopped instance loses its VM',
    file: RESOURCES,
    from: "isOn ? ('on' as const) : ('off' as const)",
    to: "isOn ? ('on' as const) : ('absent' as const)",
    shownBy: { instances: 1 },
  },
  {
    name: 'a deleted instance keeps its VM',
    file: RESOURCES,
    from: 'const isOfUse = !state.deletion && number > state.givenUp',
    to: 'const isOfUse = number > state.givenUp',
    shownBy: { instances: 1 },
  },
  {
    name: 'an instance that has a slot is read by no sweep',
    file: STATUS,
    from: 'if (state.deletion || isWanted(state) || hasSlots(state)) return true;',
    to: 'if (isWanted(state)) return true;',
    shownBy: { instances: 86 },
  },
  {
    name: 'the disk goes with the VM',
    file: PLACE,
    from: 'keepsDisk: true,',
    to: 'keepsDisk: false,',
    shownBy: { instances: 1 },
  },
  {
    name: 'a VM whose disk somebody has deleted, too, is looked for again and again',
    file: MAKE_AGAIN,
    from: 'return nothingLeft(context);',
    to: 'return undefined;',
    shownBy: { instances: 1 },
  },
  {
    name: 'a VM that was made again has the id of the first',
    file: engine('vm/identity'),
    from: 'hasKnownId(vm) && !isKnownId(vm, id) ? { id } : {};',
    to: 'hasKnownId(vm) && vm.id === id ? { id } : {};',
    // Whose second insert is answered without its id.
    shownBy: story(995, ['start', 0], ['delete by hand', 13], ['start', 15]),
  },
  {
    name: 'a period begins in slots that were given back meanwhile',
    file: effects('slots'),
    from: 'areHeld(known) ? begun(known) : known',
    to: 'begun(known)',
    shownBy: {
      plan: { seed: 411491, zones: ['zone-a', 'zone-b'], maxParallel: 1, runs: [] },
      faults: [
        ...acts(['start', 32.55]),
        { kind: 'zone-stocked-out', what: '*', fromMs: 8 * MINUTE, toMs: 51 * MINUTE },
        { kind: 'call', name: 'instances.load', nth: 5, how: 'freeze-after', ms: 71_000 },
      ],
    },
  },
  {
    name: 'an extension does not hold off the idle stop',
    file: engine('instance/idle-stop'),
    from: "verdict.says === 'idle' && moment.nowMs >= untilMs(state)",
    to: "verdict.says === 'idle'",
    shownBy: story(1, ['start', 0], ['extend', 3, 60]),
  },
  {
    name: 'a VM that said that it goes, and hangs, is waited for',
    file: ENDS,
    from: 'return moment.nowMs - Date.parse(saidAt) > GOING_MS ? because(leaving) : undefined;',
    to: 'return undefined;',
    shownBy: story(1, ['start', 0], ['hang', 12.2]),
  },
  {
    name: 'a start that finds no capacity waits for ever',
    file: ENDS,
    from: 'if (!wait || moment.nowMs < Date.parse(wait.since) + wait.seconds * 1000) return undefined;',
    to: 'if (wait) return undefined;',
    shownBy: {
      plan: { seed: 1, runs: [] },
      faults: [...acts(['start', 2]), { kind: 'zone-stocked-out', what: '*', fromMs: 0, toMs: 120 * MINUTE }],
    },
  },
  {
    name: 'a start by hand is no period of its own',
    file: engine('instance/with-vm'),
    from: 'return { ...next, started: period, current: period };',
    to: 'return next;',
    shownBy: story(1, ['start', 0], ['stop', 4], ['start by hand', 8]),
  },
  {
    name: 'a start that failed goes on',
    file: ENDS,
    from: 'if (refused) return ended(refused.reason, refused.message);',
    to: '',
    shownBy: {
      plan: { seed: 1, runs: [] },
      faults: [
        ...acts(['start', 0], ['stop', 4], ['start', 10]),
        { kind: 'zone-stocked-out', what: '*', fromMs: 8 * MINUTE, toMs: 20 * MINUTE },
      ],
    },
  },
  {
    name: 'the soft stop counts from the first start',
    file: READINGS,
    from: 'const { start } = currentPeriod(vm);\n  return Date.parse(start.startedAt ?? start.at);',
    to: 'const { start } = vm.periods[1] ?? currentPeriod(vm);\n  return Date.parse(start.startedAt ?? start.at);',
    shownBy: {
      plan: { seed: 1, runs: [] },
      faults: [
        ...acts(['start', 0], ['stop', 4], ['start', 50]),
        { kind: 'works', what: '', fromMs: 50 * MINUTE, toMs: 90 * MINUTE },
      ],
    },
  },
  {
    name: 'a deleted instance keeps its slot',
    file: DECIDE,
    from: 'if (hasSlots(state) && vms.every((vm) => cannotBill(vm, moment.nowMs))) {',
    to: 'if (hasSlots(state) && vms.length < 0) {',
    shownBy: { instances: 270 },
  },
  {
    name: 'a finding about a deleted instance counts for the next one of its name',
    file: engine('instance/kind'),
    from: 'uidOf: ({ uid }) => uid,',
    to: '',
    shownBy: {
      plan: { seed: 111344, zones: ['zone-a', 'zone-b'], runs: [] },
      faults: [
        ...acts(['start', 1], ['start', 12.5], ['power off', 22.8], ['delete', 23.7], ['start', 24.1]),
        { kind: 'call', name: 'instances.update', nth: 8, how: 'freeze-before', ms: 387_000 },
        { kind: 'reports-lost', what: '', fromMs: 14 * MINUTE, toMs: 63 * MINUTE },
      ],
    },
  },
];
