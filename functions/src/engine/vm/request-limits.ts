// Which images and service accounts a request may name, as they would widen the rights of its VM; and which machine types, as they
// cost. The lists are set at deployment, by the names that the sentences say. Pure.
import { parseImage, parseSnapshot, type MachineSpec } from '@mymlops/protocol';

/** A list that holds `*` allows everything. */
export interface PowerLimits {
  /** Other projects whose images and snapshots a VM may start from. Its own and Google's public ones always may be. */
  imageProjects: readonly string[];
  /** Service accounts that a request may choose. */
  serviceAccounts: readonly string[];
  /** Machine types that a request may name; `n2-*` stands for all that begin so. */
  machineTypes: readonly string[];
  /** Types of GPUs, in the same way. Those that come with a machine type go by its name. */
  accelerators: readonly string[];
}

/** https://cloud.google.com/compute/docs/images/os-details and those of the Deep Learning VMs. */
const PUBLIC_IMAGE_PROJECTS: readonly string[] = [
  'debian-cloud',
  'deeplearning-platform-release',
  'ml-images',
  'ubuntu-os-accelerator-images',
  'ubuntu-os-cloud',
];

/**
 * Google's public images without apt-get, with which the agent installs git (functions/vm/common/21-system.sh). The root file system of
 * the first cannot even be written. An image of the user's own that is made from one of the others may have what is needed.
 * https://cloud.google.com/compute/docs/images/os-details
 */
const UNUSABLE_IMAGE_PROJECTS: readonly string[] = [
  'cos-cloud',
  'fedora-coreos-cloud',
  'almalinux-cloud',
  'centos-cloud',
  'opensuse-cloud',
  'rocky-linux-accelerator-cloud',
  'rocky-linux-cloud',
];

/** The sentence that says what is not allowed and how it could be; undefined where all is. */
export function refusalOf(
  { image, snapshot, serviceAccount, machineType, accelerator }: MachineSpec,
  { project, limits }: { project: string; limits: PowerLimits },
): string | undefined {
  const source = (image === undefined ? null : parseImage(image)) ?? (snapshot ? parseSnapshot(snapshot) : null);
  const foreign = source?.project;
  if (foreign !== undefined && UNUSABLE_IMAGE_PROJECTS.includes(foreign)) {
    return `A notebook cannot run on images of ${foreign}: they have no apt-get to install git with. Choose one of ubuntu-os-cloud or debian-cloud.`;
  }
  if (foreign !== undefined && !isKnownProject(foreign, project) && !allows(limits.imageProjects, foreign)) {
    return `This deployment does not use images or snapshots of project ${foreign}. Its administrator can add the project to allowed_image_projects.`;
  }
  if (serviceAccount !== undefined && !allows(limits.serviceAccounts, serviceAccount)) {
    return `This deployment does not let requests choose the service account ${serviceAccount}. Leave service_account out, or ask its administrator to add the account to allowed_service_accounts.`;
  }
  if (machineType !== undefined && !matches(limits.machineTypes, machineType)) {
    return `This deployment has no VMs of machine type ${machineType}. It has ${limits.machineTypes.join(', ')}: its administrator sets them (allowed_machine_types).`;
  }
  if (accelerator !== undefined && !matches(limits.accelerators, accelerator.type)) {
    return `This deployment has no GPUs of type ${accelerator.type}. It has ${limits.accelerators.join(', ') || 'none'}: its administrator sets them (allowed_accelerators).`;
  }
  return undefined;
}

const isKnownProject = (project: string, own: string): boolean =>
  project === own || PUBLIC_IMAGE_PROJECTS.includes(project);

/** A `*` at the end stands for the rest of a name. */
const matches = (list: readonly string[], wanted: string): boolean =>
  list.some((item) => (item.endsWith('*') ? wanted.startsWith(item.slice(0, -1)) : item === wanted));

const allows = (list: readonly string[], wanted: string): boolean => list.includes('*') || list.includes(wanted);
