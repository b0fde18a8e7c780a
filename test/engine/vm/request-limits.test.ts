// What would widen the rights of a VM, against the lists of the deployment.
import type { MachineSpec } from '@mymlops/protocol';
import { refusalOf, type PowerLimits } from '../../../functions/src/engine/vm/request-limits';

type Spec = Partial<MachineSpec>;

const ACCOUNT = 'a@p.iam.gserviceaccount.com';
const OWNER = 'owner@p.iam.gserviceaccount.com';
const MACHINES = { machineTypes: ['e2-standard-4', 'n2-*'], accelerators: ['nvidia-l4'] };
const LIMITS: PowerLimits = { imageProjects: ['trusted', 'trusted-too'], serviceAccounts: [ACCOUNT], ...MACHINES };
const NONE: PowerLimits = { imageProjects: [], serviceAccounts: [], machineTypes: ['*'], accelerators: [] };
const ALL: PowerLimits = { imageProjects: ['*'], serviceAccounts: ['*'], machineTypes: ['*'], accelerators: ['*'] };

const refused = (spec: Spec, limits = LIMITS) =>
  refusalOf({ provisioning: 'spot', ...spec }, { project: 'own', limits });

const imageOf = (project: string): Spec => ({ image: `projects/${project}/global/images/x` });
const snapshotOf = (project: string): Spec => ({ snapshot: `projects/${project}/global/snapshots/x` });

const PROJECT_REFUSED =
  'This deployment does not use images or snapshots of project evil. Its administrator can add the project to allowed_image_projects.';
const ACCOUNT_REFUSED = `This deployment does not let requests choose the service account ${OWNER}. Leave service_account out, or ask its administrator to add the account to allowed_service_accounts.`;

const MACHINE_REFUSED =
  'This deployment has no VMs of machine type e2-standard-48. It has e2-standard-4, n2-*: its administrator sets them (allowed_machine_types).';
const GPU_REFUSED =
  'This deployment has no GPUs of type nvidia-h100-80gb. It has nvidia-l4: its administrator sets them (allowed_accelerators).';
const NO_GPU =
  'This deployment has no GPUs of type nvidia-l4. It has none: its administrator sets them (allowed_accelerators).';

test.each<[what: string, spec: Spec, limits: PowerLimits, refusal: string | undefined]>([
  ['nothing is named', {}, NONE, undefined],
  ["an image of the deployment's project, by name", { image: 'mine' }, NONE, undefined],
  ["an image of the deployment's project, by path", imageOf('own'), NONE, undefined],
  ["a snapshot of the deployment's project, by name", { snapshot: 'base' }, NONE, undefined],
  ["a snapshot of the deployment's project, by path", snapshotOf('own'), NONE, undefined],
  ['an image of a project of the list', imageOf('trusted-too'), LIMITS, undefined],
  ['a snapshot of a project of the list', snapshotOf('trusted'), LIMITS, undefined],
  ['an image of another project', imageOf('evil'), LIMITS, PROJECT_REFUSED],
  ['a snapshot of another project', snapshotOf('evil'), LIMITS, PROJECT_REFUSED],
  ['an image of another project, where no list is set', imageOf('evil'), NONE, PROJECT_REFUSED],
  ['any image, where all are allowed', imageOf('evil'), ALL, undefined],
  [
    'any image, where all are allowed beside others',
    imageOf('evil'),
    { ...NONE, imageProjects: ['x', '*'] },
    undefined,
  ],
  ['a machine type of the list', { machineType: 'e2-standard-4' }, LIMITS, undefined],
  ['a machine type of a family of the list', { machineType: 'n2-highmem-8' }, LIMITS, undefined],
  ['a machine type whose name begins as one of the list', { machineType: 'e2-standard-48' }, LIMITS, MACHINE_REFUSED],
  ['any machine type, where all are allowed', { machineType: 'a3-highgpu-8g' }, ALL, undefined],
  ['a GPU of the list', { accelerator: { type: 'nvidia-l4', count: 1 } }, LIMITS, undefined],
  ['another GPU', { accelerator: { type: 'nvidia-h100-80gb', count: 1 } }, LIMITS, GPU_REFUSED],
  ['a GPU, if none is allowed', { accelerator: { type: 'nvidia-l4', count: 1 } }, NONE, NO_GPU],
  ['a service account of the list', { serviceAccount: ACCOUNT }, LIMITS, undefined],
  ['another service account', { serviceAccount: OWNER }, LIMITS, ACCOUNT_REFUSED],
  ['a service account, where no list is set', { serviceAccount: OWNER }, NONE, ACCOUNT_REFUSED],
  ['any service account, where all are allowed', { serviceAccount: OWNER }, ALL, undefined],
  [
    'all images are allowed, accounts are not',
    { ...imageOf('evil'), serviceAccount: OWNER },
    { ...NONE, imageProjects: ['*'] },
    ACCOUNT_REFUSED,
  ],
  [
    'all accounts are allowed, images are not',
    { ...imageOf('evil'), serviceAccount: OWNER },
    { ...NONE, serviceAccounts: ['*'] },
    PROJECT_REFUSED,
  ],
  [
    'an image and an account that are not allowed: the image is named',
    { ...imageOf('evil'), serviceAccount: OWNER },
    NONE,
    PROJECT_REFUSED,
  ],
])('%s', (_what, spec, limits, refusal) => {
  expect(refused(spec, limits)).toBe(refusal);
});

test.each([
  'debian-cloud',
  'deeplearning-platform-release',
  'ml-images',
  'ubuntu-os-accelerator-images',
  'ubuntu-os-cloud',
])("Google's public images of %s may always be used; a project whose name begins so may not", (project) => {
  expect(refused(imageOf(project), NONE)).toBeUndefined();
  expect(refused(imageOf(`${project}-2`), NONE)).toContain(`project ${project}-2.`);
});

// No apt and no git. Their VMs would bill until they count as lost. An image of one's own may have git.
test.each([
  'almalinux-cloud',
  'centos-cloud',
  'cos-cloud',
  'fedora-coreos-cloud',
  'opensuse-cloud',
  'rocky-linux-accelerator-cloud',
  'rocky-linux-cloud',
])('images of %s can run no notebook, whoever allows them', (project) => {
  const sentence = `A notebook cannot run on images of ${project}: they have no apt-get to install git with. Choose one of ubuntu-os-cloud or debian-cloud.`;
  for (const limits of [NONE, ALL, { ...NONE, imageProjects: [project] }]) {
    expect(refused(imageOf(project), limits)).toBe(sentence);
  }
});
