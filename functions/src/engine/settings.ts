// Settings of the deployment, as policy reads them.
import type { PowerLimits } from './vm/permission';

export interface Settings {
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
  /** How many runs of the deployment may have a VM at the same time. */
  maxParallel: number;
  /** Grace period: how long an orphan candidate is left alone. */
  graceSeconds: number;
  heartbeatSeconds: number;
  progressSeconds: number;
  startupScript: string;
  shutdownScript: string;
  /** The committing shell's variables may be handed to the command: on this computer only. */
  allowEnvironment: boolean;
}
