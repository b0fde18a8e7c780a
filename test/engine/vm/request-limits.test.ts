// What would widen the rights of a VM, against the lists of the deployment.
import type { MachineSpec } from '@mymlops/protocol';
import { refusalOf, type PowerLimits } from '../../../functions/src/engine/vm/request-limits';

type Spec = Partial<MachineSpec>;

const ACCOUNT = 'a@p.iam.gserviceaccount.com';
const OWNER = 'owner@p.iam.gserviceaccount.com';
const LIMITS: PowerLimits = { imageProjects: ['trusted', 'trusted-too'], serviceAccounts: [ACCOUNT] };
const NONE: PowerLimits = { imageProjects: [], serviceAccounts: [] };
const ALL: PowerLimits = { imageProjects: ['*'], serviceAccounts: ['*'] };

const refused = (spec: Spec, limits = LIMITS) =>
  refusalOf({ provisioning: 'spot', ...spec }, { project: 'own', limits });

const imageOf = (project: string): Spec => ({ image: `projects/${project}/global/images/x` });
const snapshotOf = (project: string): Spec => ({ snapshot: `projects/${project}/global/snapshots/x` });

const PROJECT_REFUSED =
  'This deployment does not use images or snapshots of project evil. Its administrator can add the project to MYMLOPS_ALLOWED_IMAGE_PROJECTS.';
const ACCOUNT_REFUSED = `This deployment does not let requests choose the service account ${OWNER}. Leave service_account out, or ask its administrator to add the account to MYMLOPS_ALLOWED_SERVICE_ACCOUNTS.`;

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
])("Google's public images of %s may always be used; a project whose name begins so may not", (project) => {
  expect(refused(imageOf(project), NONE)).toBeUndefined();
  expect(refused(imageOf(`${project}-2`), NONE)).toContain(`project ${project}-2.`);
});
