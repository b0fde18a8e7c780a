// Settings of the deployment, as policy reads them.
import type { BucketNames, IMAGE_KIND, INSTANCE_KIND, RUN_KIND } from '@mymlops/protocol';
import type { PowerLimits } from './vm/request-limits';

/** The deployment's bounds of what a request may ask for. */
export interface TimeLimits {
  longestRunDays: number;
  longestQueueDays: number;
}

/** Texts of the scripts that a VM runs when it is powered on, and when it goes down. */
export interface VmScripts {
  startup: string;
  shutdown: string;
}

export interface Settings {
  project: string;
  deployment: string;
  buckets: BucketNames;
  eventsTopic: string;
  storageUrl: string;
  pubsubUrl: string;
  secretsUrl: string;
  /** Image of the boot disk, `projects/P/global/images/family/F`. */
  image: string;
  /** The same for a VM with a GPU; it has the driver. */
  gpuImage: string;
  machineType: string;
  diskSizeGb: number;
  /** The region of the deployment's buckets, database and functions. Absent: any zone will do. */
  region?: string;
  /** Path of the VPC network, `projects/P/global/networks/N`. */
  network: string;
  /** Paths of the subnetworks by region, for a network in custom mode. Empty: Google takes the network's own. */
  subnetworks: Readonly<Record<string, string>>;
  /** Regions whose VMs have no external address: Cloud NAT brings them to the internet. */
  natRegions: readonly string[];
  /** The account that VMs have, unless a request names another one. */
  serviceAccount: string;
  limits: PowerLimits & TimeLimits;
  /** How many runs of the deployment may have a VM at the same time. */
  maxParallel: number;
  /** The same for interactive instances. */
  maxInstances: number;
  /** Grace period: how long an orphan candidate is left alone. */
  graceSeconds: number;
  /** False: the deployment has no address for emails about sweeps that stop and messages that cannot be handled. */
  hasAlerts: boolean;
  heartbeatSeconds: number;
  progressSeconds: number;
  scripts: Readonly<Record<typeof RUN_KIND | typeof IMAGE_KIND | typeof INSTANCE_KIND, VmScripts>>;
  /** The committing shell's variables may be handed to the command: on this computer only. */
  allowEnvironment: boolean;
}
