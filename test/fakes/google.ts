// Google in memory, behind the functions' ports. It behaves: operations finish later, writes are conditioned, what is
// not there answers so. A test drives it by `calls.before`, called ahead of every external call.
import { REMOVED, RUNS, type RemovedDocument } from '@mymlops/protocol';
import type { ActingKind } from '../../functions/src/control/kind';
import { KINDS } from '../../functions/src/control/kinds';
import { createStockedOutZones } from '../../functions/src/stocked-out-zones';
import type { Bus } from '../../functions/src/ports/bus';
import type { Ports } from '../../functions/src/ports/context';
import type { Probes } from '../../functions/src/ports/probes';
import { copyOf } from './copy';
import { fakeBuckets, fakeSnapshots } from './fake-bucket';
import { fakeCompute } from './fake-compute';
import { fakeComputeCatalog, noOffers } from './fake-compute-catalog';
import { fakeDeadMessages } from './fake-dead-messages';
import { fakeDocuments } from './fake-documents';
import type { FakeGoogle, Gate, KeptDocument, WholeContext } from './fake-google';
import { fakeSlots } from './fake-slots';
import { fakeDeadLetters, fakeOrphanCandidates, fakeSnapshotCandidates, fakeSweeps } from './fake-sweeps';
import { fakeTokens } from './fake-tokens';
import { BUCKETS } from './buckets';

export type { FakeGoogle, FakeVm, Gate, KeptDocument } from './fake-google';

const NO_SCRIPTS = { startup: '#!/bin/bash\n', shutdown: '#!/bin/bash\n' };

type Collections = Map<string, Map<string, KeptDocument<never>>>;

function collectionIn<State>(collections: Collections, name: string): Map<string, KeptDocument<State>> {
  const found = collections.get(name) ?? new Map<string, KeptDocument<never>>();
  collections.set(name, found);
  return found;
}

function tombstonesIn(all: Map<string, Map<string, RemovedDocument>>, name: string): Map<string, RemovedDocument> {
  const found = all.get(name) ?? new Map<string, RemovedDocument>();
  all.set(name, found);
  return found;
}

/** `kinds`: those of the product, and more. */
export function fakeGoogle(kinds: readonly ActingKind[] = KINDS): FakeGoogle {
  const collections: Collections = new Map();
  const removed = new Map<string, Map<string, RemovedDocument>>();
  const google: FakeGoogle = {
    context: undefined as unknown as WholeContext,
    calls: { before: () => {}, after: () => {} },
    nowMs: Date.parse('2026-11-21T10:00:00Z'),
    kinds: () => google.context.kinds,
    collection: (name) => collectionIn(collections, name),
    tombstones: (name) => tombstonesIn(removed, name),
    documents: collectionIn(collections, RUNS),
    events: new Map(),
    removed: tombstonesIn(removed, REMOVED),
    pools: new Map(),
    sweeps: [],
    keptSweeps: [],
    answers: new Map(),
    orphanCandidates: new Map(),
    snapshotCandidates: new Map(),
    deadLetters: new Map(),
    dead: { requests: [], events: [] },
    vms: new Map(),
    disks: new Map(),
    images: new Map(),
    objects: new Map(),
    writtenAt: new Map(),
    queue: [],
    probes: [],
    probe: undefined,
    archived: new Map(),
    zones: ['local-a', 'local-b'],
    offers: noOffers(),
    pageSize: Infinity,
    faults: {},
    created: new Map(),
  };
  let actors = 0;
  const gate = gateOf(google);
  google.context = {
    ...storesOf(google, gate),
    compute: fakeCompute(google, gate),
    computeCatalog: fakeComputeCatalog(google, gate),
    bus: fakeBus(google, gate),
    deadMessages: fakeDeadMessages(google, gate),
    tokens: fakeTokens(google),
    kinds,
    settings: {
      maxParallel: 10,
      maxInstances: 5,
      graceSeconds: 570,
      project: 'local',
      deployment: 'mymlops',
      buckets: BUCKETS,
      eventsTopic: 'mymlops-events',
      storageUrl: 'http://127.0.0.1:1',
      pubsubUrl: 'http://127.0.0.1:2',
      secretsUrl: 'http://127.0.0.1:4',
      image: 'projects/p/global/images/family/f',
      gpuImage: 'projects/p/global/images/family/gpu',
      machineType: 'this-computer',
      diskSizeGb: 10,
      network: 'global/networks/default',
      subnetworks: {},
      natRegions: [],
      serviceAccount: 'vm@local.iam.gserviceaccount.com',
      limits: {
        ...{ imageProjects: [], serviceAccounts: [], machineTypes: ['*'], accelerators: ['*'] },
        ...{ longestRunDays: 7, longestQueueDays: 7 },
      },
      hasAlerts: true,
      heartbeatSeconds: 60,
      progressSeconds: 30,
      scripts: { run: NO_SCRIPTS, image: NO_SCRIPTS, instance: NO_SCRIPTS },
      allowEnvironment: true,
    },
    stockedOutZones: createStockedOutZones(),
    now: () => google.nowMs,
    awakeMs: () => Number.POSITIVE_INFINITY,
    newActor: () => `actor-${++actors}`,
    log: () => {},
  };
  return google;
}

/** The ports on what `google` keeps, whose calls go through `gate`. */
export function storesOf(
  google: FakeGoogle,
  gate: Gate,
): Omit<Ports, 'tokens' | 'compute' | 'computeCatalog' | 'bus' | 'deadMessages'> {
  return {
    documents: fakeDocuments(google, gate),
    slotPools: fakeSlots(google, gate),
    probes: fakeProbes(google, gate),
    sweeps: fakeSweeps(google, gate),
    orphanCandidates: fakeOrphanCandidates(google, gate),
    deadLetters: fakeDeadLetters(google, gate),
    ...fakeBuckets(google, gate),
    snapshots: fakeSnapshots(google, gate),
    snapshotCandidates: fakeSnapshotCandidates(google, gate),
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
    sendProbe: (probe) => gate('bus.sendProbe', () => void google.probes.push(probe)),
  };
}

export function fakeProbes(google: FakeGoogle, gate: Gate): Probes {
  return {
    load: () => gate('probes.load', () => google.probe),
    write: (probe) => gate('probes.write', () => void (google.probe = probe)),
  };
}
