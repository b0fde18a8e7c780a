// Compute Engine in memory: operations finish later, a request id is good for one VM.
import type { InstanceBody } from '../../functions/src/engine/vm/insert-body';
import type { Cloud, CloudFailure } from '../../functions/src/ports';
import type { FakeGoogle, Gate } from './google';

const STOCKOUT = { code: 'ZONE_RESOURCE_POOL_EXHAUSTED', message: 'The zone has no capacity' };

export function fakeCloud(google: FakeGoogle, gate: Gate): Cloud {
  const { vms, disks } = google;
  const operations = new Map<string, { looks: number; failure?: CloudFailure; effect?: () => void }>();
  const begin = (operation: string, fields: { failure?: CloudFailure; effect?: () => void } = {}): string => {
    operations.set(operation, { looks: google.faults.looks ?? 0, ...fields });
    return operation;
  };
  const key = (zone: string, name: string): string => `${zone}/${name}`;
  return {
    offers: () => gate('cloud.offers', () => ({ zones: google.zones, offering: google.zones })),
    get: (zone, name) => gate('cloud.get', () => vms.get(key(zone, name))),
    getDisk: (zone, name) =>
      gate('cloud.getDisk', () => {
        const disk = disks.get(key(zone, name));
        return disk && { ...disk, inUse: vms.has(key(zone, name)) };
      }),
    list: () =>
      gate('cloud.list', () => {
        const unlisted = google.faults.unlisted ?? new Set();
        if (google.faults.listFails) throw new Error('zones/local-b was not listed');
        return {
          vms: [...vms.values()].filter(({ zone }) => !unlisted.has(zone)),
          disks: [...disks.entries()]
            .filter(([, { zone }]) => !unlisted.has(zone))
            .map(([id, disk]) => ({ ...disk, inUse: vms.has(id) })),
          gaps: [...unlisted].map((zone) => ({ zone, cause: `zones/${zone} was not listed: UNREACHABLE` })),
        };
      }),
    operationsOn: () => gate('cloud.operationsOn', () => google.faults.operations ?? []),
    insert: (zone, requestId, body) =>
      gate('cloud.insert', () => {
        const id = key(zone, body.name);
        const operation = `insert-${requestId}`;
        if (google.faults.insertRefused) return { refused: google.faults.insertRefused };
        // The same request id again is the same operation, whatever has become of the VM since.
        if (operations.has(operation)) return { operation };
        if (vms.has(id)) return { exists: true as const };
        const failure = google.faults.insertFails ?? (google.faults.dry?.has(zone) ? STOCKOUT : undefined);
        begin(operation, { failure });
        disks.set(id, { id: `disk-${body.name}`, name: body.name, zone, labels: body.labels, inUse: false });
        if (failure) return { operation };
        google.created.set(body.name, (google.created.get(body.name) ?? 0) + 1);
        vms.set(id, vmOf(zone, body, google.faults.dropsTimeLimit === true));
        return { operation, instanceId: '42' };
      }),
    awaitOperation: (_zone, operation) =>
      gate('cloud.awaitOperation', () => {
        const found = operations.get(operation);
        if (found && found.looks-- > 0) return { done: false as const };
        found?.effect?.();
        return { done: true as const, failure: found?.failure };
      }),
    delete: (zone, name) =>
      gate('cloud.delete', () => {
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
      gate('cloud.deleteDisk', () => (disks.delete(key(zone, name)) ? 'delete-disk' : undefined)),
    setMetadata: (zone, name, isOurs, item, value) =>
      gate('cloud.setMetadata', () => {
        const vm = vms.get(key(zone, name));
        if (!vm || !isOurs(vm)) return false;
        vm.metadata[item] = value;
        return true;
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
