// The body of the instances.insert call for an attempt. Pure.
import { LABELS, type Attempt, type CommitRequest } from '@mymlops/protocol';
import { bootDisk } from './boot-disk';
import { metadataItems, SETUP_SECONDS } from '../run/metadata';
import type { PowerLimits } from './permission';

/** Settings of the deployment that a VM is made from. */
export interface VmSettings {
  project: string;
  deployment: string;
  bucket: string;
  eventsTopic: string;
  storageUrl: string;
  pubsubUrl: string;
  /** Image of the boot disk, `projects/P/global/images/family/F`. */
  image: string;
  machineType: string;
  diskSizeGb: number;
  network?: string;
  serviceAccount?: string;
  limits: PowerLimits;
  heartbeatSeconds: number;
  progressSeconds: number;
  startupScript: string;
  shutdownScript: string;
  /** The committing shell's variables may be handed to the command: on this machine only. */
  allowEnvironment: boolean;
}

/** The part of Compute's Instance that we send (https://cloud.google.com/compute/docs/reference/rest/v1/instances). */
export interface InstanceBody {
  name: string;
  machineType: string;
  labels: Record<string, string>;
  disks: {
    boot: boolean;
    autoDelete: boolean;
    initializeParams: {
      diskName: string;
      sourceImage?: string;
      sourceSnapshot?: string;
      diskSizeGb: string;
      diskType?: string;
      labels: Record<string, string>;
    };
  }[];
  guestAccelerators?: { acceleratorType: string; acceleratorCount: number }[];
  networkInterfaces: { network: string; accessConfigs: { type: string; name: string }[] }[];
  serviceAccounts: { email: string; scopes: string[] }[];
  scheduling: {
    provisioningModel: 'SPOT' | 'STANDARD';
    automaticRestart: boolean;
    onHostMaintenance: 'TERMINATE';
    instanceTerminationAction: 'DELETE';
    maxRunDuration: { seconds: string };
  };
  metadata: { items: { key: string; value: string }[] };
}

/** Seconds until the first report, after which a VM counts as not provisioned. */
const PROVISIONING_SECONDS = 600;
/** Seconds for `ready_command`, at most: agent.sh gives up then. */
const READY_SECONDS = 300;
/** Seconds after the command, at most: uploads and outcome that wait for a bucket that is away, then the push. */
const PUBLISH_SECONDS = 2400;

/** Google ends the VM after this, whatever becomes of us. */
export function maxRunDurationSeconds(request: CommitRequest): number {
  const setupSeconds = request.setup === undefined ? 0 : SETUP_SECONDS;
  const beforeSeconds = PROVISIONING_SECONDS + (request.readyCommand === undefined ? 0 : READY_SECONDS) + setupSeconds;
  return beforeSeconds + request.maxRunSeconds + PUBLISH_SECONDS + request.keepSeconds;
}

export function instanceBody(
  request: CommitRequest,
  attempt: number,
  decided: Attempt['decided'],
  settings: VmSettings,
): InstanceBody {
  const labels = {
    [LABELS.deployment]: settings.deployment,
    [LABELS.kind]: 'commit',
    [LABELS.run]: request.run,
    [LABELS.attempt]: String(attempt),
  };
  const { accelerator } = request.instance;
  return {
    name: decided.vm,
    machineType: `zones/${decided.zone}/machineTypes/${decided.machine}`,
    labels,
    disks: [
      {
        boot: true,
        autoDelete: true,
        initializeParams: {
          diskName: decided.vm,
          ...bootDisk(request.instance, decided, settings),
          labels,
        },
      },
    ],
    ...(accelerator && {
      guestAccelerators: [
        {
          acceleratorType: `zones/${decided.zone}/acceleratorTypes/${accelerator.type}`,
          acceleratorCount: accelerator.count,
        },
      ],
    }),
    networkInterfaces: [
      {
        network: settings.network ?? 'global/networks/default',
        accessConfigs: [{ type: 'ONE_TO_ONE_NAT', name: 'External NAT' }],
      },
    ],
    serviceAccounts: [
      {
        email: request.instance.serviceAccount ?? settings.serviceAccount ?? 'default',
        scopes: ['https://www.googleapis.com/auth/cloud-platform'],
      },
    ],
    scheduling: {
      provisioningModel: decided.provisioning === 'spot' ? 'SPOT' : 'STANDARD',
      automaticRestart: false,
      onHostMaintenance: 'TERMINATE',
      instanceTerminationAction: 'DELETE',
      maxRunDuration: { seconds: String(decided.maxRunDurationSeconds) },
    },
    metadata: { items: metadataItems(request, { attempt, decided }, settings) },
  };
}
