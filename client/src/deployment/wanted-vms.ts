// The VMs that somebody's mymlops.yml asks for, whose quotas are looked at before a deployment.
import { resolveCommit } from '../config/resolve-commit';
import type { Config } from '../config/schema';
import type { MachineConfig } from '../config/schema-machine';
import type { WantedVm } from './checks/wanted';

/** One for `commit` without a profile, and one for each profile of it. Those that are alike are one. */
export function wantedVms(config: Config | undefined): WantedVm[] {
  if (config === undefined) return [];
  const names = [undefined, ...Object.keys(config.profiles ?? {})];
  const vms = names.flatMap((profile) => {
    const commit = resolveCommit(config, profile);
    return commit ? [vmOf(profile ?? 'commit', commit.instance)] : [];
  });
  const isNew = (vm: WantedVm, at: number): boolean => vms.findIndex((other) => isAlike(vm, other)) === at;
  return vms.filter(isNew);
}

function vmOf(name: string, machine: MachineConfig = {}): WantedVm {
  const { machine_type: machineType, accelerator, accelerator_count: count = 1, provisioning, zone_regex } = machine;
  return {
    name,
    ...(machineType !== undefined && { machineType }),
    ...(accelerator !== undefined && { accelerator: { type: accelerator, count } }),
    ...(provisioning !== undefined && { provisioning }),
    ...(zone_regex !== undefined && { zoneRegex: zone_regex }),
  };
}

const isAlike = (a: WantedVm, b: WantedVm): boolean =>
  JSON.stringify({ ...a, name: '' }) === JSON.stringify({ ...b, name: '' });
