// The world of one history: Google in memory, time, what has happened, and what is to go wrong.
import { INSTANCE_KIND, LABELS, RUN_KIND, type FunctionName } from '@mymlops/protocol';
import type { VmOperation } from '../../../functions/src/engine/vm/stop-cause';
import type { InsertBody } from '../../../functions/src/engine/vm/insert-body';
import type { DeadMessage } from '../../../functions/src/ports/dead-messages';
import type { CloudDisk } from '../../../functions/src/ports/compute-view';
import { KINDS } from '../../../functions/src/control/kinds';
import { toyKind } from '../../fakes/toy-kind';
import { fakeGoogle, type FakeGoogle } from '../../fakes/google';
import type { Oddity, Plan, Spell } from '../faults/plan';
import { createRandom, type Random } from '../faults/random';
import { instances } from './instance-kind';
import { createTimeline, type Timeline } from './timeline';
import { createOracle, type Oracle } from '../oracle/oracle';
import type { SimulatedVm } from './vm';

export interface World {
  plan: Plan;
  random: Random;
  timeline: Timeline;
  google: FakeGoogle;
  oracle: Oracle;
  /** By zone and name, also those that Compute Engine does not show yet. */
  vms: Map<string, SimulatedVm>;
  /** What a zone's operations tell of a VM, by zone and name. */
  history: Map<string, VmOperation[]>;
  /** Messages that were delivered too often; each comes again until it is acknowledged. */
  dead: { topic: Topic; letter: DeadMessage; fromMs: number }[];
  /** By zone and name. */
  disks: Map<string, CloudDisk>;
  /** Since when a disk that no run knows is there, by zone and name. */
  orphanDisksMs: Map<string, number>;
  /** VMs that are not ours and must stay, by zone and name. */
  foreignVms: Set<string>;
  /** Starts of VMs that are gone and whose disk stayed, by key: of one that is made again on it they are the first. */
  earlierStarts: Map<string, SimulatedVm['starts']>;
  /** VMs and disks with the name of an attempt's in a zone where it is not, by zone and name. */
  namesakes: Set<string>;
  startMs: number;
  /** Minutes into the history, in milliseconds. */
  elapsedMs(): number;
  /** The spell of that kind that holds now, if any. */
  spell(kind: Spell['kind'], what?: string): Spell | undefined;
  /** When a fault was last at work: nothing of the plan goes wrong after it. */
  troubleMs: number;
  /** When a call last went wrong, or will be over. */
  hinderedMs: number;
  /** The last step was a call that reads: nothing is other than it was. */
  hasOnlyRead: boolean;
  calls: number;
  callsByName: Map<string, number>;
  /** Of the last VM. */
  serial: number;
  /** Messages but ticks that are still to be delivered or worked on. */
  inFlight: number;
  /** When each sweep that is under way began. */
  sweeping: Set<number>;
  /** To Pub/Sub, which has it from then on. `isSoon` is called where it comes within a minute. */
  publish(topic: Topic, message: object, attributes?: Record<string, string>, isSoon?: () => void): void;
}

export type Topic = 'requests' | 'events' | 'sweeps';

/** One call of a function. A dead one never goes on: its promises are left as they are. */
export interface Invocation {
  of: FunctionName;
  isDead: boolean;
  /** So long its process has stood still. */
  frozenMs: number;
  /** So long the call that it is making was held up on its way. */
  heldUpMs: number;
  /** Called when it dies. */
  onDeath: () => void;
}

/** Documents and objects of a page, where lists come in pages. */
const PAGE_SIZE = 2;

/** A call that failed as planned. There are thousands, and nobody reads where: looking that up is what is dear of an error. */
export class Trouble extends Error {
  constructor(message: string) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
  }
}

export function createWorld(plan: Plan): World {
  // Kinds of which a history has nothing would only add calls.
  const others = [
    { kind: 'toy', of: toyKind },
    { kind: INSTANCE_KIND, of: instances },
  ] as const;
  const kinds = others.flatMap(({ kind, of }) => (plan.faults.some((fault) => fault.kind === kind) ? [of] : []));
  const google = fakeGoogle([...KINDS.filter(({ name }) => name === RUN_KIND), ...kinds]);
  const timeline = createTimeline(google.nowMs);
  const startMs = timeline.nowMs;
  google.zones = plan.zones;
  google.context.settings.maxParallel = plan.maxParallel;
  if (plan.faults.some(({ kind }) => kind === 'pages')) google.pageSize = PAGE_SIZE;
  const world: World = {
    plan,
    random: createRandom(plan.seed),
    timeline,
    google,
    oracle: createOracle(),
    vms: new Map(),
    history: new Map(),
    dead: [],
    disks: new Map(),
    orphanDisksMs: new Map(),
    foreignVms: new Set(),
    earlierStarts: new Map(),
    namesakes: new Set(),
    startMs,
    elapsedMs: () => timeline.nowMs - startMs,
    spell(kind, what = '') {
      const elapsedMs = world.elapsedMs();
      return plan.faults.find(
        (fault): fault is Spell =>
          fault.kind === kind &&
          (fault.what === what || fault.what === '*') &&
          fault.fromMs <= elapsedMs &&
          elapsedMs < fault.toMs,
      );
    },
    troubleMs: startMs + Math.max(0, ...plan.faults.map((fault) => ('toMs' in fault ? fault.toMs : 0))),
    hinderedMs: -Infinity,
    hasOnlyRead: false,
    calls: 0,
    callsByName: new Map(),
    serial: 0,
    inFlight: 0,
    sweeping: new Set(),
    publish: () => {
      throw new Error('no Pub/Sub yet');
    },
  };
  return world;
}

/** Something went wrong just now, and may go on to for `ms`. */
export function noteTrouble(world: World, ms = 0): void {
  world.troubleMs = Math.max(world.troubleMs, world.timeline.nowMs + ms);
}

/** What the plan has for the VM of that body, if it is anything of that kind. */
export function oddityOf({ plan }: World, kind: Oddity['kind'], { labels }: InsertBody): Oddity | undefined {
  return plan.faults.find(
    (fault): fault is Oddity =>
      fault.kind === kind && fault.run === labels[LABELS.run] && String(fault.attempt) === labels[LABELS.attempt],
  );
}
