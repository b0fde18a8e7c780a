// Which images and service accounts a request may name: they would widen the rights of its VM. The lists are set at deployment.
// Pure.
import { parseImage, parseSnapshot, type MachineSpec } from '@mymlops/protocol';

/** A list that holds `*` allows everything. */
export interface PowerLimits {
  /** Other projects whose images and snapshots a VM may start from. Its own and Google's public ones always may be. */
  imageProjects: readonly string[];
  /** Service accounts that a request may choose. */
  serviceAccounts: readonly string[];
}

/** https://cloud.google.com/compute/docs/images/os-details and those of the Deep Learning VMs. */
const PUBLIC_IMAGE_PROJECTS: readonly string[] = [
  'almalinux-cloud',
  'centos-cloud',
  'cos-cloud',
  'debian-cloud',
  'deeplearning-platform-release',
  'fedora-coreos-cloud',
  'ml-images',
  'opensuse-cloud',
  'rocky-linux-accelerator-cloud',
  'rocky-linux-cloud',
  'ubuntu-os-accelerator-images',
  'ubuntu-os-cloud',
];

/** The sentence that says what is not allowed and how it could be; undefined where all is. */
export function refusalOf(
  { image, snapshot, serviceAccount }: MachineSpec,
  { project, limits }: { project: string; limits: PowerLimits },
): string | undefined {
  const source = (image === undefined ? null : parseImage(image)) ?? (snapshot ? parseSnapshot(snapshot) : null);
  const foreign = source?.project;
  if (foreign !== undefined && !isKnownProject(foreign, project) && !allows(limits.imageProjects, foreign)) {
    return `This deployment does not use images or snapshots of project ${foreign}. Its administrator can add the project to MYMLOPS_ALLOWED_IMAGE_PROJECTS.`;
  }
  if (serviceAccount !== undefined && !allows(limits.serviceAccounts, serviceAccount)) {
    return `This deployment does not let requests choose the service account ${serviceAccount}. Leave service_account out, or ask its administrator to add the account to MYMLOPS_ALLOWED_SERVICE_ACCOUNTS.`;
  }
  return undefined;
}

const isKnownProject = (project: string, own: string): boolean =>
  project === own || PUBLIC_IMAGE_PROJECTS.includes(project);

const allows = (list: readonly string[], wanted: string): boolean => list.includes('*') || list.includes(wanted);
