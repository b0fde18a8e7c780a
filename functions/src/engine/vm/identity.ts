// Whether a report, or a resource in the cloud, is the VM's that it claims to be. Pure.
import type { VmRecord } from '@mymlops/protocol';
import { decidedAt } from './record';

/** The claims of a token whose signature, issuer and time are verified. */
export interface Claims {
  audience: string;
  project: string;
  zone: string;
  vm: string;
  /** Numeric id of the VM: never given twice, other than its name. */
  vmId: string;
  createdMs: number;
}

/** Compute Engine's clock and ours may differ by this. */
const CLOCK_SKEW_MS = 10_000;

/** Why the claims are not those of `vm`, whose tokens are for `audience`; undefined where they are. */
export function identityProblem(
  claims: Claims,
  { audience, project, vm }: { audience: string; project: string; vm: VmRecord },
): string | undefined {
  if (claims.audience !== audience) return 'the token is for another audience';
  if (claims.project !== project) return 'the VM is of another project';
  if (claims.zone !== vm.zone || claims.vm !== vm.name) return 'the VM is not the recorded one';
  if (hasKnownId(vm)) return isKnownId(vm, claims.vmId) ? undefined : 'a VM of the same name, but another one';
  // Only the insert that follows the intent can have made it.
  const isOlder = claims.createdMs + CLOCK_SKEW_MS < Date.parse(decidedAt(vm));
  return isOlder ? 'the VM is older than the decision to make it' : undefined;
}

/** A VM or disk, as Compute Engine shows it. */
export interface Labelled {
  id: string;
  labels: Record<string, string>;
}

/**
 * Whether what Compute Engine has under the VM's name is that VM: another one may have got the name. Its user may have taken
 * labels off, so its numeric id tells as well, where that is known; another id proves nothing, for not every call has to
 * write it alike. `labels`: those that only this VM and its disk carry.
 */
export function isSameVm(found: Labelled, vm: VmRecord, labels: Record<string, string>): boolean {
  if (isKnownId(vm, found.id)) return true;
  return Object.entries(labels).every(([name, value]) => found.labels[name] === value);
}

/** Whether a VM of that numeric id is this one: as it was made, or as it was made again for one of its periods. */
export const isKnownId = (vm: VmRecord, id: string): boolean =>
  firstId(vm) === id || Object.values(vm.periods).some(({ start }) => start.id === id);

/** Fields of the newest start: the id, where it is another one than is known. */
export const newIdOf = (vm: VmRecord, id: string): { id?: string } =>
  hasKnownId(vm) && !isKnownId(vm, id) ? { id } : {};

const hasKnownId = (vm: VmRecord): boolean =>
  firstId(vm) !== undefined || Object.values(vm.periods).some(({ start }) => start.id !== undefined);

/** As Compute Engine answered the insert; until that is known, as the first genuine token said. */
const firstId = ({ id, reportedId }: VmRecord): string | undefined => id ?? reportedId;
