// VMs that Google refuses because their parts do not fit: machine type and disk at once, machine type and accelerator (GPU) at the
// end of the operation. A few of each kind, so that a configuration that Google would refuse does not run here.
import { attachesToN1, countsOnN1, takesGpus } from '@mymlops/protocol';
import { HttpError } from '../shared/http';
import type { OperationFault } from './records';

/** Families that take Hyperdisk only: https://cloud.google.com/compute/docs/disks/hyperdisks */
const HYPERDISK_ONLY = /^(a3-(mega|ultra)gpu|a4|c4|g4|h4|m4|n4|x4|z3)/;
/** Families that take no Hyperdisk, and those that refuse the slowest disk. */
const NO_HYPERDISK = /^(e2|n1|n2|n2d|t2d|c2|c2d|a2|this-computer)-?/;
const NO_STANDARD_DISK = /^(g2|a2-ultragpu|a3|c3)/;

/** The disk type of a body that names none: not that of the console. */
export function defaultDiskType(machineType: string): string {
  if (HYPERDISK_ONLY.test(machineType) || /^(a3|h3)/.test(machineType)) return 'hyperdisk-balanced';
  return /^(c3|m3|a2-ultragpu)/.test(machineType) ? 'pd-balanced' : 'pd-standard';
}

/** GPUs that come with machine types of their own. */
const OWN_MACHINES: readonly [RegExp, RegExp][] = [
  [/^nvidia-l4/, /^g2-/],
  [/^nvidia-tesla-a100$/, /^a2-(highgpu|megagpu)-/],
  [/^nvidia-a100-80gb$/, /^a2-ultragpu-/],
  [/^nvidia-h100-80gb$/, /^a3-(highgpu|edgegpu)-/],
  [/^nvidia-h100-mega-80gb$/, /^a3-megagpu-/],
  [/^nvidia-h200-141gb$/, /^a3-ultragpu-/],
  [/^nvidia-b200$/, /^a4-/],
  [/^nvidia-rtx-pro-6000$/, /^g4-/],
];

interface CheckedDisks {
  machineType: string;
  /** `make`: false for a disk that exists. */
  disks: readonly { make: boolean; type: string }[];
}

/** @throws HttpError 400 in Google's words (dsub#301). */
export function checkDisks({ machineType, disks }: CheckedDisks): void {
  for (const { make, type } of disks) {
    if (make && !takesDisk(machineType, type)) {
      const message = `${type} disk type cannot be used by ${machineType} machine type.`;
      throw new HttpError(400, 'badRequest', message);
    }
  }
}

function takesDisk(machineType: string, type: string): boolean {
  if (type.startsWith('hyperdisk-')) return !NO_HYPERDISK.test(machineType);
  if (HYPERDISK_ONLY.test(machineType)) return false;
  return type !== 'pd-standard' || !NO_STANDARD_DISK.test(machineType);
}

/** The end of the operation: the call itself is accepted (astronomer/astronomer#2463). */
export function misfitOf({
  machineType,
  accelerators = [],
}: {
  machineType: string;
  accelerators?: readonly Accelerator[];
}): OperationFault | undefined {
  const wrong = accelerators.find((one) => !takesAccelerator(machineType, one));
  if (!wrong) return undefined;
  const message = `[${machineType}, ${wrong.type}] features are not compatible for creating instance.`;
  return { code: 'UNSUPPORTED_OPERATION', message, httpStatus: 400 };
}

interface Accelerator {
  type: string;
  count: number;
}

function takesAccelerator(machineType: string, { type, count }: Accelerator): boolean {
  // This computer has the GPUs that it has.
  if (machineType === 'this-computer') return true;
  if (attachesToN1(type)) {
    const most = countsOnN1(type).find((one) => one.count === count)?.mostVcpus ?? 0;
    return takesGpus(machineType) && vcpusOf(machineType) <= most;
  }
  return OWN_MACHINES.some(([gpu, machines]) => gpu.test(type) && machines.test(machineType));
}

/** As the name says: n1-standard-8, custom-6-20480. */
const vcpusOf = (machineType: string): number => Number(/-(\d+)/.exec(machineType)?.[1] ?? 1);

/**
 * The network `default` is in auto mode: it has a subnetwork in every region. Every other one is taken for one in custom mode.
 * @throws HttpError 400 in Google's words.
 */
export function checkNetworks(interfaces: readonly Record<string, unknown>[]): void {
  for (const [index, { network, subnetwork }] of interfaces.entries()) {
    const isAuto = network === undefined || /(^|\/)networks\/default$/.test(String(network));
    if (isAuto || subnetwork !== undefined) continue;
    const field = `resource.networkInterfaces[${index}].subnetwork`;
    const why = 'Network interface must specify a subnet if the network resource is in custom subnet mode.';
    throw new HttpError(400, 'invalid', `Invalid value for field '${field}': ''. ${why}`);
  }
}
