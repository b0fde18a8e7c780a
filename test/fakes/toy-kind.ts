// A second kind, as small as one can be: a VM that is powered on and off on request and keeps its disk, and that can be
// replaced by another one in another zone. Everything else is the loops'.
import { FENCE, currentPeriod, currentPeriodNumber, type VmRecord } from '@mymlops/protocol';
import * as z from 'zod';
import type { ActingKind } from '../../functions/src/control/kind';
import { timestamp, type Effect } from '../../functions/src/effects/effect';
import { takeSlots } from '../../functions/src/effects/slots';
import { placeVm } from '../../functions/src/effects/vm/place';
import {
  inTurn,
  type Decision,
  type EffectCall,
  type Moment,
  type SharedCall,
} from '../../functions/src/engine/action';
import type { Kind, KindState } from '../../functions/src/engine/kind';
import { hasSlots, type Pool } from '../../functions/src/engine/slots';
import { deletions } from '../../functions/src/engine/vm/deletion-steps';
import { insertBody } from '../../functions/src/engine/vm/insert-body';
import { vmMetadata } from '../../functions/src/engine/vm/metadata';
import { bringDown, bringUp, isPeriodOver } from '../../functions/src/engine/vm/power';
import { insertOf, openPeriod } from '../../functions/src/engine/vm/record';
import type { Resources } from '../../functions/src/engine/vm/resources';

/** Requests count upwards, so that their order does not matter: of periods, of replacements. */
export interface ToyState extends KindState {
  started: number;
  stopped: number;
  replaced: number;
  deleting?: boolean;
  cleanedAt?: string;
  vms: Record<string, VmRecord>;
}

const EMPTY: ToyState = { v: 1, started: 0, stopped: 0, replaced: 0, vms: {} };
const MAX_RUN_SECONDS = 7200;
const KIND = 'toy';
const POOL: Pool = { pool: 'toys', max: 2 };
/** So long the disk of a VM outlives the VM, once a successor is up. */
export const DISK_KEPT_MS = 10 * 60_000;

const toyRequest = z.object({ type: z.string(), id: z.string(), number: z.number().optional() });
type ToyRequest = z.infer<typeof toyRequest>;
type ToyDecision = { do: 'clean'; at: string };
type ToyEffect = 'wind-up';
type ToyStep = EffectCall<ToyEffect> | SharedCall;

/** Its agent only reports that it runs. */
export const toyReport = z.object({
  ...{ toy: z.string(), vm: z.number(), boot: z.string(), writer: z.enum(['agent', 'shutdown']), seq: z.number() },
  ...{ kind: z.enum(['lifecycle', 'heartbeat']), state: z.object({}) },
});
export type ToyReport = z.infer<typeof toyReport>;

const newest = ({ vms }: ToyState): number => Math.max(0, ...Object.keys(vms).map(Number));
const periodsOf = ({ vms }: ToyState): number =>
  Object.values(vms).reduce((sum, vm) => sum + currentPeriodNumber(vm), 0);
const vmOf = (state: ToyState, number = newest(state)): VmRecord => state.vms[number] as VmRecord;
/** Once it was up, a later period changes nothing of that. */
const wasUp = (vm: VmRecord): boolean => insertOf(vm).settledAt !== undefined && !insertOf(vm).failure;
/** Where its insert has failed, it is over when nothing of it is left. */
const isOver = (vm: VmRecord): boolean =>
  insertOf(vm).failure ? currentPeriod(vm).down !== undefined : isPeriodOver(vm);
const isGone = ({ goneAt, diskGoneAt }: VmRecord): boolean => goneAt !== undefined && diskGoneAt !== undefined;
const wantsOn = (state: ToyState): boolean => !state.deleting && periodsOf(state) > state.stopped;

const areDown = ({ vms }: ToyState): boolean => Object.values(vms).every((vm) => isGone(vm) || isOver(vm));
const mayStart = (state: ToyState): boolean => !state.deleting && state.started > periodsOf(state);

function merge(known: ToyState | undefined, { type, number = 0 }: ToyRequest): ToyState | undefined {
  const state = known ?? EMPTY;
  switch (type) {
    case 'toy-start':
      return { ...state, started: Math.max(state.started, number) };
    case 'toy-stop':
      return known && { ...state, stopped: Math.max(state.stopped, number) };
    case 'toy-replace':
      return known && { ...state, replaced: Math.max(state.replaced, number) };
    default:
      return known && { ...state, deleting: true };
  }
}

/** The newest VM as the user needs it; an earlier one goes once its successor is up, and its disk a while later. */
function resources(state: ToyState, nowMs: number): Resources {
  const last = newest(state);
  const isNeeded = (number: number, forMs: number): boolean =>
    !state.deleting && !insertOf(vmOf(state, number)).failure && nowMs < successorUpMs(state, number) + forMs;
  const vms = Object.entries(state.vms).map(([key, vm]) => {
    const number = Number(key);
    const isOn = number === last && wantsOn(state);
    const wanted = !isNeeded(number, 0) ? ('absent' as const) : isOn ? ('on' as const) : ('off' as const);
    return { number, vm, wanted };
  });
  const disks = vms.map(({ number, vm: { name, zone } }) => {
    return { number, name, zone, wanted: isNeeded(number, DISK_KEPT_MS) ? ('kept' as const) : ('absent' as const) };
  });
  return { vms, disks };
}

/** When the first later VM was up. */
function successorUpMs({ vms }: ToyState, number: number): number {
  const successors = Object.entries(vms).flatMap(([later, vm]) => (Number(later) > number && wasUp(vm) ? [vm] : []));
  return Math.min(...successors.map((vm) => Date.parse(insertOf(vm).settledAt ?? '')));
}

const isLeft = (state: ToyState): boolean =>
  Object.entries(state.vms).some(([number, vm]) => !isGone(vm) && successorUpMs(state, Number(number)) < Infinity);

function decide(state: ToyState, moment: Moment): ToyDecision | ToyStep | undefined {
  const number = newest(state);
  const left = deletions(resources(state, moment.nowMs), moment);
  // A zone that does not answer for one VM keeps no other one from being switched on or off.
  const due = state.deleting ? undefined : dueStep(state, moment);
  const step = inTurn(due ? [due, ...left] : left, moment);
  if (step) return step;
  if (areDown(state) && hasSlots(state) && !mayStart(state)) return { effect: 'release-slots', vm: number };
  const isOver = state.deleting && !state.cleanedAt && Object.values(state.vms).every(isGone);
  return isOver ? { do: 'clean', at: new Date(moment.nowMs).toISOString() } : undefined;
}

/** Brings the newest VM into the state that the user needs. */
function dueStep(state: ToyState, moment: Moment): ToyStep | undefined {
  const number = newest(state);
  const vm = state.vms[number];
  if (!vm || isGone(vm) || isOver(vm)) return mayStart(state) ? { effect: 'wind-up', vm: number } : undefined;
  const effect = wantsOn(state) ? bringUp(vm, moment) : bringDown(vm, moment);
  return effect && { effect, vm: number };
}

/** The intent of the next period: of the same VM, or where it is to be replaced or there is none, of a new one. */
const placeIn =
  (pools: readonly Pool[]): Effect<ToyState> =>
  async (stored, number, context) => {
    const { id, state } = stored;
    if (number > 0 && state.replaced < number && !isGone(vmOf(state, number))) {
      const { isComplete, slots, changes } = await takeSlots({ kind: KIND, id }, state, pools, context);
      if (!isComplete)
        return changes.length === 0 ? undefined : { merge: (known) => ({ ...known, slots }), pools: changes };
      const start = { at: timestamp(context), actor: context.actor, maxRunDurationSeconds: MAX_RUN_SECONDS };
      const vm = openPeriod(vmOf(state, number), start);
      return { merge: (known) => ({ ...known, slots, vms: { ...known.vms, [number]: vm } }), pools: changes };
    }
    const earlier = Object.values(state.vms);
    const placed = await placeVm(
      stored,
      {
        kind: KIND,
        machine: { provisioning: 'standard' },
        earlier,
        capacity: { tried: earlier.slice(-1).map(({ zone }) => zone) },
        name: `${context.settings.deployment}-${id}-${number + 1}`,
        requestParts: [id, number + 1],
        maxRunDurationSeconds: MAX_RUN_SECONDS,
        terminationAction: 'STOP',
        keepsDisk: true,
        pools,
      },
      context,
    );
    // It has zones enough, and is never refused.
    if ('stockedOut' in placed || 'refused' in placed) return undefined;
    const { pools: changes } = placed;
    if ('waiting' in placed) {
      const { waiting: slots } = placed;
      return changes.length === 0 ? undefined : { merge: (known) => ({ ...known, slots }), pools: changes };
    }
    const { vm, slots } = placed;
    return { merge: (known) => ({ ...known, slots, vms: { [number + 1]: vm, ...known.vms } }), pools: changes };
  };

const labelsOf = (id: string, number: number) => ({ 'mymlops-toy': id, 'mymlops-toy-vm': String(number) });

const policy: Omit<Kind<ToyState, ToyEffect>, 'poolsOf'> = {
  name: KIND,
  documents: {
    collection: 'toys',
    ...{ tombstones: 'removed-toys', audits: 'toy-events', archive: 'toy-vms' },
    stateFields: {
      ...{ v: true, started: true, stopped: true, replaced: true, deleting: true, cleanedAt: true, vms: true },
      ...{ capacity: true, slots: true, removing: true },
    },
    optionalFields: ['slots'],
  },
  requests: Object.fromEntries(['start', 'stop', 'replace', 'delete'].map((name) => [`toy-${name}`, toyRequest])),
  requestInTodaysForm: (request) => request,
  idOf: (request: ToyRequest) => request.id,
  merge: (state, request: ToyRequest) => merge(state, request),
  titleOf: ({ type }: ToyRequest) => type,
  endCommand: (id) => `toys delete ${id}`,
  isRemoval: () => false,
  removalRequest: () => ({}),
  isFirst: ({ type }: ToyRequest) => type === 'toy-start',
  mayPrecede: () => false,
  isIncomplete: () => false,
  idInUnreadable: () => undefined,
  refused: () => EMPTY,
  reports: toyReport,
  senderOf: ({ toy, vm }: ToyReport) => ({ id: toy, vm }),
  audienceOf: (id) => `toy/${id}`,
  auditOf: () => undefined,
  decide,
  apply: (state, { at }: ToyDecision & Decision) => ({ ...state, cleanedAt: at }),
  refusalOf: () => undefined,
  needsSlot: ({ effect }) => effect === 'wind-up',
  resources,
  withVm: (state, number, update) => ({ ...state, vms: { ...state.vms, [number]: update(vmOf(state, number)) } }),
  targetOf: (id, number) => ({ labels: labelsOf(id, number), prefix: `toys/${id}/${number}/`, ourObjects: [FENCE] }),
  insertBodyOf(state, number, settings) {
    const vm = vmOf(state, number);
    const id = vm.name.slice(settings.deployment.length + 1).replace(/-\d+$/, '');
    const metadata: Record<string, string> = { ...vmMetadata(vm, settings) };
    return insertBody(
      vm,
      {
        ...{ machine: { provisioning: 'standard' }, labels: labelsOf(id, number), purpose: 'toy', metadata },
        scripts: settings.scripts.run,
      },
      settings,
    );
  },
  ownerOf({ labels }) {
    const id = labels['mymlops-toy'];
    return id === undefined ? undefined : { id, vm: Number(labels['mymlops-toy-vm']) };
  },
  hasEnded: ({ deleting }) => deleting === true,
  isSettled: ({ cleanedAt }) => cleanedAt !== undefined,
  dependsOn: () => undefined,
  objectsOf: (id) => `toys/${id}/`,
  archive: (state) => ({ state, archived: {} }),
  summarize: (state) => ({
    live:
      !state.cleanedAt &&
      (!areDown(state) || hasSlots(state) || mayStart(state) || isLeft(state) || state.deleting === true),
  }),
};

/** Toys that need a slot in other pools than their own. */
export const toyKindIn = (poolsOf: Kind<ToyState>['poolsOf']): ActingKind<ToyState, ToyEffect> => ({
  ...policy,
  poolsOf,
  perform: (call, stored, context) => placeIn(poolsOf(stored.state, context.settings))(stored, call.vm, context),
});

export const toyKind = toyKindIn(() => [POOL]);
