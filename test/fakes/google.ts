// Google in memory, behind the functions' ports. It behaves: operations finish later, writes are conditioned, what is
// not there answers so. A test drives it by `calls.before`, called ahead of every external call.
import { isDeepStrictEqual } from 'node:util';
import type { Attempt, Canary, Limit, RemovedDocument, RunState } from '@mymlops/protocol';
import type { InstanceBody } from '../../functions/src/engine/instance-body';
import { summarize } from '../../functions/src/engine/status';
import { createStockouts } from '../../functions/src/stockouts';
import type {
  Audit,
  Bus,
  Cloud,
  CloudDisk,
  CloudFailure,
  CloudVm,
  Context,
  LimitChange,
  Results,
  Runs,
  StoredLimit,
} from '../../functions/src/ports';

export interface FakeGoogle {
  context: Context;
  /** Called with the name of every external call before it takes effect; what it throws, the caller gets. */
  calls: { before: (name: string) => void; after: (name: string) => void };
  nowMs: number;
  documents: Map<string, { state: RunState; version: number }>;
  events: Map<string, Audit['document']>;
  removed: Map<string, RemovedDocument>;
  limits: Map<string, { limit: Limit; version: number }>;
  sweeps: object[];
  vms: Map<string, CloudVm & { body: InstanceBody; metadata: Record<string, string> }>;
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
    /** How often an operation is looked at before it is done; a deletion takes effect only then. */
    looks?: number;
    /** Zones in which an insert's operation fails for want of capacity. */
    dry?: Set<string>;
    /** `event` takes nothing: canaries are lost, as they are when it comes back hours later. */
    eventDown?: boolean;
    /** The list call fails. */
    listFails?: boolean;
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
    runs: fakeRuns(google),
    cloud: fakeCloud(google),
    results: fakeResults(google),
    bus: fakeBus(google),
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
    stockouts: createStockouts(),
    now: () => google.nowMs,
    newActor: () => `actor-${++actors}`,
    log: () => {},
  };
  return google;
}

/** Runs `work` as an external call: it can fail before it took effect, and after. */
async function external<T>(google: FakeGoogle, name: string, work: () => T): Promise<T> {
  google.calls.before(name);
  const result = structuredClone(work());
  google.calls.after(name);
  return result;
}

function storedLimit({ limits }: FakeGoogle, scope: string): StoredLimit {
  const found = limits.get(scope);
  return found ? { scope, limit: found.limit, version: String(found.version) } : { scope };
}

function isUnchanged({ limits }: FakeGoogle, { stored }: LimitChange): boolean {
  const found = limits.get(stored.scope);
  return (found && String(found.version)) === stored.version;
}

function writeLimit({ limits }: FakeGoogle, { stored, limit }: LimitChange): true {
  limits.set(stored.scope, { limit: structuredClone(limit), version: Number(stored.version ?? 0) + 1 });
  return true;
}

function fakeRuns(google: FakeGoogle): Runs {
  const { documents, events } = google;
  return {
    load: (run) =>
      external(google, 'runs.load', () => {
        const found = documents.get(run);
        return found && { run, state: found.state, version: String(found.version) };
      }),
    create: (run, state) =>
      external(google, 'runs.create', () => {
        if (google.removed.has(run)) return 'removed';
        if (documents.has(run)) return 'exists';
        documents.set(run, { state: structuredClone(state), version: 1 });
        return 'created';
      }),
    removeBelow: () => external(google, 'runs.removeBelow', () => events.clear()),
    remove: (stored, tombstone) =>
      external(google, 'runs.remove', () => {
        if (String(documents.get(stored.run)?.version) !== stored.version) return false;
        documents.delete(stored.run);
        google.removed.set(stored.run, tombstone);
        return true;
      }),
    isRemoved: (run) => external(google, 'runs.isRemoved', () => google.removed.has(run)),
    loadLimit: (scope) => external(google, 'runs.loadLimit', () => storedLimit(google, scope)),
    limits: () =>
      external(google, 'runs.limits', () => [...google.limits.keys()].map((scope) => storedLimit(google, scope))),
    writeLimit: (change) =>
      external(google, 'runs.writeLimit', () => isUnchanged(google, change) && writeLimit(google, change)),
    update: (stored, state, { audit, moved = {}, limits = [] } = {}) =>
      external(google, 'runs.update', () => {
        const found = documents.get(stored.run);
        if (!found || String(found.version) !== stored.version) return false;
        if (!limits.every((change) => isUnchanged(google, change))) return false;
        for (const change of limits) writeLimit(google, change);
        if (audit && !events.has(audit.id)) events.set(audit.id, audit.document);
        // A write that changes nothing leaves the update time as it is.
        const version = found.version + (isDeepStrictEqual(found.state, state) ? 0 : 1);
        for (const [number, attempt] of Object.entries(moved)) google.moved.set(`${stored.run}/${number}`, attempt);
        documents.set(stored.run, { state: structuredClone(state), version });
        return true;
      }),
    async *live() {
      google.calls.before('runs.live');
      for (const [run, { state, version }] of documents) {
        if (summarize(state, 'b').live) yield { run, state: structuredClone(state), version: String(version) };
      }
    },
    writeSweepReport: (report) => external(google, 'runs.sweep', () => void google.sweeps.push(report)),
    canary: () => external(google, 'runs.canary', () => google.canary),
    writeCanary: (canary) => external(google, 'runs.writeCanary', () => void (google.canary = canary)),
  };
}

const STOCKOUT = { code: 'ZONE_RESOURCE_POOL_EXHAUSTED', message: 'The zone has no capacity' };

function fakeCloud(google: FakeGoogle): Cloud {
  const { vms, disks } = google;
  const operations = new Map<string, { looks: number; failure?: CloudFailure; effect?: () => void }>();
  const begin = (operation: string, fields: { failure?: CloudFailure; effect?: () => void } = {}): string => {
    operations.set(operation, { looks: google.faults.looks ?? 0, ...fields });
    return operation;
  };
  const key = (zone: string, name: string): string => `${zone}/${name}`;
  return {
    offers: () => external(google, 'cloud.offers', () => ({ zones: google.zones, offering: google.zones })),
    get: (zone, name) => external(google, 'cloud.get', () => vms.get(key(zone, name))),
    getDisk: (zone, name) =>
      external(google, 'cloud.getDisk', () => {
        const disk = disks.get(key(zone, name));
        return disk && { ...disk, inUse: vms.has(key(zone, name)) };
      }),
    list: () =>
      external(google, 'cloud.list', () => {
        if (google.faults.listFails) throw new Error('zones/local-b was not listed');
        return { vms: [...vms.values()], disks: [...disks.values()] };
      }),
    insert: (zone, requestId, body) =>
      external(google, 'cloud.insert', () => {
        const id = key(zone, body.name);
        const operation = `insert-${requestId}`;
        if (google.faults.insertRefused) return { refused: google.faults.insertRefused };
        // The same request id again is the same operation, whatever has become of the VM since.
        if (operations.has(operation)) return { operation };
        if (vms.has(id)) return { exists: true as const };
        const failure = google.faults.insertFails ?? (google.faults.dry?.has(zone) ? STOCKOUT : undefined);
        begin(operation, { failure });
        disks.set(id, { name: body.name, zone, labels: body.labels, inUse: false });
        if (failure) return { operation };
        google.created.set(body.name, (google.created.get(body.name) ?? 0) + 1);
        vms.set(id, vmOf(zone, body, google.faults.dropsTimeLimit === true));
        return { operation, instanceId: '42' };
      }),
    awaitOperation: (_zone, operation) =>
      external(google, 'cloud.awaitOperation', () => {
        const found = operations.get(operation);
        if (found && found.looks-- > 0) return { done: false as const };
        found?.effect?.();
        return { done: true as const, failure: found?.failure };
      }),
    delete: (zone, name) =>
      external(google, 'cloud.delete', () => {
        if (!vms.has(key(zone, name))) return undefined;
        // A second delete of a VM that is being deleted is the first one.
        const operation = `delete-${key(zone, name)}`;
        const effect = (): void => {
          vms.delete(key(zone, name));
          disks.delete(key(zone, name));
          operations.delete(operation);
        };
        if (!operations.has(operation)) begin(operation, { effect });
        if (!google.faults.looks) effect();
        return operation;
      }),
    deleteDisk: (zone, name) =>
      external(google, 'cloud.deleteDisk', () => (disks.delete(key(zone, name)) ? 'delete-disk' : undefined)),
    setMetadata: (zone, name, item, value) =>
      external(google, 'cloud.setMetadata', () => {
        const vm = vms.get(key(zone, name));
        if (vm) vm.metadata[item] = value;
        return vm !== undefined;
      }),
  };
}

function vmOf(zone: string, body: InstanceBody, dropsTimeLimit: boolean) {
  return {
    name: body.name,
    zone,
    id: '42',
    status: 'RUNNING',
    labels: body.labels,
    ...(!dropsTimeLimit && {
      maxRunDurationSeconds: Number(body.scheduling.maxRunDuration.seconds),
      terminationAction: body.scheduling.instanceTerminationAction,
    }),
    body,
    metadata: {},
  };
}

function fakeResults(google: FakeGoogle): Results {
  const { objects } = google;
  const put = (object: string, text: string): void => {
    objects.set(object, text);
    google.writtenAt.set(object, new Date(google.nowMs).toISOString());
  };
  return {
    read: (object, limitBytes) =>
      external(google, 'results.read', () => {
        const text = objects.get(object);
        if (text === undefined) return 'absent' as const;
        return text.length > limitBytes ? ('too-large' as const) : { text };
      }),
    removeAll: (prefix) =>
      external(google, 'results.removeAll', () => {
        for (const name of objects.keys()) if (name.startsWith(prefix)) objects.delete(name);
      }),
    write: (object, text) => external(google, 'results.write', () => put(object, text)),
    create: (object, text) =>
      external(google, 'results.create', () => {
        if (objects.has(object)) return false;
        put(object, text);
        return true;
      }),
    newest: (prefix) =>
      external(google, 'results.newest', () =>
        [...google.writtenAt]
          .flatMap(([object, at]) => (object.startsWith(prefix) ? [at] : []))
          .toSorted()
          .at(-1),
      ),
  };
}

function fakeBus(google: FakeGoogle): Bus {
  return {
    ask: (request) => external(google, 'bus.ask', () => void google.queue.push(request)),
    sendCanary: (canary) => external(google, 'bus.sendCanary', () => void google.canaries.push(canary)),
  };
}
