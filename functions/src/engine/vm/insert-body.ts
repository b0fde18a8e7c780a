// The body of the instances.insert call. Pure.
import {
  currentPeriod,
  hasLocalSsd,
  LABELS,
  type MachineSpec,
  type TerminationAction,
  type VmRecord,
} from '@mymlops/protocol';
import type { Settings, VmScripts } from '../settings';
import { bootDisk, type BootDisk } from './boot-disk';
import { insertOf } from './record';
import { regionOf } from './regions';

/** The part of Compute's Instance that we send (https://cloud.google.com/compute/docs/reference/rest/v1/instances). */
export interface InsertBody {
  name: string;
  machineType: string;
  labels: Record<string, string>;
  disks: ({ boot: boolean; autoDelete: boolean } & DiskOrigin)[];
  guestAccelerators?: { acceleratorType: string; acceleratorCount: number }[];
  networkInterfaces: NetworkInterface[];
  tags: { items: string[] };
  serviceAccounts: { email: string; scopes: string[] }[];
  scheduling: {
    provisioningModel: 'SPOT' | 'STANDARD';
    automaticRestart: boolean;
    onHostMaintenance: 'MIGRATE' | 'TERMINATE';
    instanceTerminationAction: TerminationAction;
    maxRunDuration: { seconds: string };
    /** Google refuses a VM with local SSDs that it is to stop at its limit, unless what is on them may be lost. */
    onInstanceStopAction?: { discardLocalSsd: true };
  };
  metadata: { items: { key: string; value: string }[] };
}

/** Made with the VM, or there already: a path from the zone on. */
type DiskOrigin =
  { initializeParams: InitializeParams; source?: undefined } | { source: string; initializeParams?: undefined };

/** The body for a VM whose disk is made with it. */
export type NewVmBody = InsertBody & { disks: { initializeParams: InitializeParams }[] };

interface NetworkInterface {
  network?: string;
  subnetwork?: string;
  accessConfigs?: { type: string; name: string }[];
}

export interface InitializeParams extends BootDisk {
  diskName: string;
  labels: Record<string, string>;
}

/** The parts of the body that a kind decides. */
export interface VmParts {
  machine: MachineSpec;
  /** Those that only this VM and its disk carry. */
  labels: Record<string, string>;
  /** Value of the label that says, for display, what the VM is for. */
  purpose: string;
  metadata: Record<string, string>;
  scripts: VmScripts;
}

export function insertBody(
  vm: VmRecord,
  { machine: spec, labels: own, purpose, metadata, scripts }: VmParts,
  settings: Settings,
): NewVmBody {
  const labels = { [LABELS.deployment]: settings.deployment, [LABELS.kind]: purpose, ...own };
  const { accelerator } = spec;
  return {
    name: vm.name,
    machineType: `zones/${vm.zone}/machineTypes/${vm.machine}`,
    labels,
    disks: [
      {
        boot: true,
        autoDelete: !vm.keepsDisk,
        initializeParams: { diskName: vm.name, ...bootDisk(spec, vm, settings), labels },
      },
    ],
    ...(accelerator && {
      guestAccelerators: [
        {
          acceleratorType: `zones/${vm.zone}/acceleratorTypes/${accelerator.type}`,
          acceleratorCount: accelerator.count,
        },
      ],
    }),
    networkInterfaces: [networkInterface(vm.zone, settings)],
    // The deployment's firewall rules name its VMs by this tag.
    tags: { items: [settings.deployment] },
    serviceAccounts: [
      {
        email: spec.serviceAccount ?? settings.serviceAccount,
        scopes: ['https://www.googleapis.com/auth/cloud-platform'],
      },
    ],
    scheduling: {
      provisioningModel: vm.provisioning === 'spot' ? 'SPOT' : 'STANDARD',
      automaticRestart: false,
      onHostMaintenance: canMigrate(vm, spec) ? 'MIGRATE' : 'TERMINATE',
      instanceTerminationAction: vm.terminationAction,
      maxRunDuration: { seconds: String(insertOf(vm).maxRunDurationSeconds) },
      ...(vm.terminationAction === 'STOP' &&
        hasLocalSsd(vm.machine) && { onInstanceStopAction: { discardLocalSsd: true } }),
    },
    metadata: { items: metadataItems(metadata, scripts) },
  };
}

/**
 * The same body for a VM that is made once more, on the disk that an earlier one left, for the newest period. Google boots from
 * it and formats nothing: https://cloud.google.com/compute/docs/reference/rest/v1/instances/insert (disks[].source)
 */
export const onKeptDisk = (body: InsertBody, vm: VmRecord): InsertBody => ({
  ...body,
  disks: [{ boot: true, autoDelete: !vm.keepsDisk, source: `zones/${vm.zone}/disks/${vm.name}` }],
  scheduling: {
    ...body.scheduling,
    maxRunDuration: { seconds: String(currentPeriod(vm).start.maxRunDurationSeconds) },
  },
});

/** A network in custom mode needs the subnetwork named; where one is named, Google knows the network. */
function networkInterface(zone: string, { network, subnetworks, natRegions }: Settings): NetworkInterface {
  const region = regionOf(zone);
  const subnetwork = subnetworks[region];
  return {
    ...(subnetwork === undefined ? { network } : { subnetwork }),
    ...(!natRegions.includes(region) && { accessConfigs: [{ type: 'ONE_TO_ONE_NAT', name: 'External NAT' }] }),
  };
}

/** Machines that Google ends at host maintenance: those with accelerators, those for HPC, bare metal. */
const CANNOT_MIGRATE = /^(a\d|g\d|h\d|z\d|ct\d)|-metal$/;

/**
 * At host maintenance, a VM goes on elsewhere where Google can do that: https://cloud.google.com/compute/docs/instances/live-migration-process#limitations
 */
const canMigrate = ({ provisioning, machine }: VmRecord, { accelerator }: MachineSpec): boolean =>
  provisioning === 'standard' && accelerator === undefined && !CANNOT_MIGRATE.test(machine);

/** Every value that the VM's scripts read, and the scripts. */
function metadataItems(
  values: Record<string, string>,
  { startup, shutdown }: VmScripts,
): { key: string; value: string }[] {
  return [
    ...Object.entries(values).map(([key, value]) => ({ key, value })),
    // Keys of the project would let their owners in as root.
    { key: 'block-project-ssh-keys', value: 'TRUE' },
    { key: 'startup-script', value: startup },
    { key: 'shutdown-script', value: shutdown },
  ];
}
