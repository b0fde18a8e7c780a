// The local Compute of a desk, as Google's console would show it.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until, type Desk } from './desk';

export interface Vm {
  name: string;
  zone: string;
  status: string;
}

export interface Operation {
  operationType: string;
  status: string;
  targetLink: string;
  error?: object;
}

/** A call below the project's URL that must succeed. */
export async function compute<T>(desk: Desk, method: string, path: string): Promise<T> {
  const { compute: address, token } = desk.endpoints();
  const url = `http://${address}/compute/v1/projects/local/${path}`;
  const response = await fetch(url, { method, headers: { authorization: `Bearer ${token}` } });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

export const vmsOf = (desk: Desk): Promise<Vm[]> => listed<Vm>(desk, 'instances');

export const disksOf = (desk: Desk): Promise<{ name: string }[]> => listed(desk, 'disks');

async function listed<T>(desk: Desk, kind: 'instances' | 'disks'): Promise<T[]> {
  const { items } = await compute<{ items: Record<string, Record<string, T[]>> }>(desk, 'GET', `aggregated/${kind}`);
  return Object.values(items).flatMap((zone) => zone[kind] ?? []);
}

/** Operations on the VMs of a run, in the zone where it has one. */
export async function operationsOn(desk: Desk, vm: Vm): Promise<Operation[]> {
  const path = `zones/${zoneOf(vm)}/operations`;
  const { items = [] } = await compute<{ items?: Operation[] }>(desk, 'GET', path);
  return items.filter(({ targetLink }) => targetLink.endsWith(`/${vm.name}`));
}

/** Its zone is a URL, as in all that Compute answers. */
export const zoneOf = ({ zone }: Vm): string => zone.split('/').at(-1) ?? '';

export const untilVm = (desk: Desk, run: string, status: string): Promise<Vm> =>
  until(`a VM of ${run} that is ${status}`, async () =>
    (await vmsOf(desk)).find((vm) => vm.name.includes(run) && vm.status === status),
  );

/** Takes the run's VM away, as Compute Engine does with a spot VM. */
export async function preempt(desk: Desk, run: string): Promise<void> {
  const vm = await untilVm(desk, run, 'RUNNING');
  await compute(desk, 'POST', `zones/${zoneOf(vm)}/instances/${vm.name}/simulateMaintenanceEvent`);
}

/** What goes wrong in Compute from now on (deploy/local/compute/scripted-faults.ts). */
export function playFaults(desk: Desk, script: object): void {
  writeFileSync(faultsFile(desk), JSON.stringify(script));
}

export const noMoreFaults = (desk: Desk): void => rmSync(faultsFile(desk));

const faultsFile = (desk: Desk): string => join(desk.home, 'compute/faults.json');
