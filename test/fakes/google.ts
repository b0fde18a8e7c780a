// Google in memory, behind the functions' ports. It behaves: operations finish later, writes are conditioned, what is
// not there answers so. A test drives it by `calls.before`, called ahead of every external call.
import type {
  Attempt,
  Canary,
  DeadLetter,
  Limit,
  RemovedDocument,
  RunState,
  Suspect,
  SweepPlan,
  SweepReport,
} from '@mymlops/protocol';
import type { VmOperation } from '../../functions/src/engine/vm/stop-cause';
import type { InstanceBody } from '../../functions/src/engine/vm/insert-body';
import { createStockouts } from '../../functions/src/engine/vm/stocked-out-zones';
import type {
  Audit,
  Bus,
  CloudDisk,
  CloudFailure,
  CloudVm,
  Context,
  DeadMessage,
  DeadTopic,
} from '../../functions/src/ports';
import { copyOf } from './copy';
import { fakeCloud } from './fake-cloud';
import { fakeResults } from './fake-results';
import { fakeRuns } from './fake-runs';
import { fakeSweeps } from './fake-sweeps';
import { fakeTokens } from './fake-tokens';

/** Through which every external call goes: `work` is its effect. */
export type Gate = <T>(name: string, work: () => T) => Promise<T>;

export type FakeVm = CloudVm & { body: InstanceBody; metadata: Record<string, string> };

export interface FakeGoogle {
  context: Context;
  /** Called with the name of every external call before it takes effect; what it throws, the caller gets. */
  calls: { before: (name: string) => void; after: (name: string) => void };
  nowMs: number;
  documents: Map<string, { state: RunState; version: number; updatedAt?: string }>;
  events: Map<string, Audit['document']>;
  removed: Map<string, RemovedDocument>;
  limits: Map<string, { limit: Limit; version: number }>;
  /** Every report of a sweep; those that were kept with their date. */
  sweeps: SweepReport[];
  keptSweeps: SweepReport[];
  plans: Map<string, SweepPlan>;
  suspects: Map<string, Suspect>;
  deadLetters: Map<string, DeadLetter>;
  /** Messages on the dead-letter subscriptions. */
  dead: Record<DeadTopic, DeadMessage[]>;
  vms: Map<string, FakeVm>;
  disks: Map<string, CloudDisk>;
  objects: Map<string, string>;
  /** When each object was written; one that a test put without a time was never seen to be. */
  writtenAt: Map<string, string>;
  /** Messages on the requests topic, oldest first; canaries on the events topic. */
  queue: object[];
  canaries: object[];
  canary: Canary | undefined;
  /** Attempts that left a run's document. */
  moved: Map<string, Attempt>;
  zones: string[];
  /** What the next insert does, beside succeeding. */
  faults: {
    insertRefused?: CloudFailure;
    insertFails?: CloudFailure;
    dropsTimeLimit?: boolean;
    startRefused?: CloudFailure;
    startFails?: CloudFailure;
    /** How often an operation is looked at before it is done; a deletion, a start or a stop takes effect only then. */
    looks?: number;
    /** Zones in which the operation of an insert or a start fails for want of capacity. */
    dry?: Set<string>;
    /** `event` takes nothing: canaries are lost, as they are when it comes back hours later. */
    eventDown?: boolean;
    /** The list call fails. */
    listFails?: boolean;
    /** Zones of which the list shows nothing, and says so. */
    unlisted?: Set<string>;
    /** What the zone's operations tell of a VM that is down. */
    operations?: VmOperation[];
  };
  /** How many VMs were ever created under a name. */
  created: Map<string, number>;
}

export function fakeGoogle(): FakeGoogle {
  const google: FakeGoogle = {
    context: undefined as unknown as Context,
    calls: { before: () => {}, after: () => {} },
    nowMs: Date.parse('2026-11-21T10:00:00Z'),
    documents: new Map(),
    events: new Map(),
    removed: new Map(),
    limits: new Map(),
    sweeps: [],
    keptSweeps: [],
    plans: new Map(),
    suspects: new Map(),
    deadLetters: new Map(),
    dead: { requests: [], events: [] },
    vms: new Map(),
    disks: new Map(),
    objects: new Map(),
    writtenAt: new Map(),
    queue: [],
    canaries: [],
    canary: undefined,
    moved: new Map(),
    zones: ['local-a', 'local-b'],
    faults: {},
    created: new Map(),
  };
  let actors = 0;
  google.context = {
    ...portsOf(google, gateOf(google)),
    tokens: fakeTokens(google),
    vm: {
      project: 'local',
      deployment: 'mymlops',
      bucket: 'local-mymlops',
      eventsTopic: 'mymlops-events',
      storageUrl: 'http://127.0.0.1:1',
      pubsubUrl: 'http://127.0.0.1:2',
      image: 'projects/p/global/images/family/f',
      machineType: 'this-machine',
      diskSizeGb: 10,
      limits: { imageProjects: [], serviceAccounts: [] },
      heartbeatSeconds: 60,
      progressSeconds: 30,
      startupScript: '#!/bin/bash\n',
      shutdownScript: '#!/bin/bash\n',
      allowEnvironment: true,
    },
    maxParallel: 10,
    suspectSeconds: 570,
    stockouts: createStockouts(),
    now: () => google.nowMs,
    awakeMs: () => Number.POSITIVE_INFINITY,
    newActor: () => `actor-${++actors}`,
    log: () => {},
  };
  return google;
}

/** The ports on `google`, whose calls go through `gate`. */
export function portsOf(
  google: FakeGoogle,
  gate: Gate,
): Pick<Context, 'runs' | 'sweeps' | 'cloud' | 'results' | 'bus'> {
  return {
    runs: fakeRuns(google, gate),
    sweeps: fakeSweeps(google, gate),
    cloud: fakeCloud(google, gate),
    results: fakeResults(google, gate),
    bus: fakeBus(google, gate),
  };
}

/** A call can fail before it took effect, and after. */
function gateOf(google: FakeGoogle): Gate {
  return async (name, work) => {
    google.calls.before(name);
    const result = copyOf(work());
    google.calls.after(name);
    return result;
  };
}

export function fakeBus(google: FakeGoogle, gate: Gate): Bus {
  return {
    ask: (request) => gate('bus.ask', () => void google.queue.push(request)),
    pullDead: (topic, max) => gate('bus.pullDead', () => google.dead[topic].splice(0, max)),
    acknowledgeDead: () => gate('bus.acknowledgeDead', () => undefined),
    sendCanary: (canary) => gate('bus.sendCanary', () => void google.canaries.push(canary)),
  };
}
