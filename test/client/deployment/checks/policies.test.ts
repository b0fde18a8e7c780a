// Policies of the organisation, one by one.
import { APIS_OF_MODULE } from '../../../../client/src/deployment/apis';
import { readConfig } from '../../../../functions/src/config';
import type { Administration, PolicyRule } from '../../../../client/src/google/administration';
import { checkPolicies } from '../../../../client/src/deployment/checks/policies';
import { IMAGE_PROJECTS } from '../../../../client/src/deployment/checks/policy-judges';
import type { WantedDeployment } from '../../../../client/src/deployment/checks/wanted';
import { anAdministration, aWanted, off, refused, value } from './an-administration';

const withPolicy = (name: string, ...rules: PolicyRule[]): Administration =>
  anAdministration({
    policies: { effective: (constraint) => value({ constraint, rules: constraint === name ? rules : [] }) },
  });

interface Refusing {
  policy: string;
  rule: PolicyRule;
  variables?: WantedDeployment['variables'];
  severity: 'stop' | 'warning';
  says: string;
  /** Those of `deploy` that avoid the policy. */
  options?: string;
}

const WITH_KEYS =
  'artifactregistry.googleapis.com, cloudfunctions.googleapis.com, compute.googleapis.com, firestore.googleapis.com, pubsub.googleapis.com, run.googleapis.com, secretmanager.googleapis.com, storage.googleapis.com';
const SHARED = { subnetworks: { 'europe-west4': 'projects/host/regions/europe-west4/subnetworks/s' } };

const elsewhere = {
  policy: 'gcp.resourceLocations',
  severity: 'stop',
  says: 'does not permit europe-west4. Choose a region that it permits with --region.',
} as const;
const groups = { policy: 'gcp.resourceLocations', severity: 'warning' } as const;
const withoutAddresses = {
  policy: 'compute.vmExternalIpAccess',
  severity: 'warning',
  says: 'does not permit external addresses, and VMs have one in each region without Cloud NAT.',
} as const;
const images = { policy: 'compute.trustedImageProjects', severity: 'warning' } as const;

test.each<Refusing>([
  {
    ...{ policy: 'gcp.restrictServiceUsage', rule: { denied: ['is:cloudbuild.googleapis.com'] }, severity: 'stop' },
    says: 'does not permit cloudbuild.googleapis.com, which the deployment needs.',
  },
  {
    ...{ policy: 'gcp.restrictServiceUsage', rule: { allowed: APIS_OF_MODULE.slice(1) }, severity: 'warning' },
    says: `may not permit ${APIS_OF_MODULE[0]}, which the deployment needs.`,
  },
  {
    ...{ policy: 'cloudfunctions.requireVPCConnector', rule: { enforce: true }, severity: 'stop' },
    says: 'requires a VPC connector of each function, and the module sets none.',
  },
  {
    ...{ policy: 'run.allowedVPCEgress', rule: { allowed: ['all-traffic'] }, severity: 'warning' },
    says: 'may refuse the functions: their services send nothing through a VPC.',
  },
  {
    ...{ policy: 'cloudbuild.allowedWorkerPools', rule: { allowed: ['under:organizations/1'] }, severity: 'warning' },
    says: "may refuse the functions' builds: they run in Google's default pool.",
  },
  { ...elsewhere, rule: { denyAll: true } },
  { ...elsewhere, rule: { allowed: ['us-central1', 'is:us-east1'] } },
  { ...elsewhere, rule: { denied: ['europe-west4'] } },
  { ...elsewhere, rule: { denied: ['in:europe-west4-locations'] } },
  {
    ...{ ...groups, rule: { allowed: ['in:us-locations'] } },
    says: 'permits in:us-locations: if europe-west4 is not among them, Google makes nothing.',
  },
  {
    ...{ ...groups, rule: { denied: ['in:eu-locations'] } },
    says: 'refuses in:eu-locations: if europe-west4 is among them, Google makes nothing.',
  },
  { ...withoutAddresses, rule: { denyAll: true }, options: '--set nat_regions=europe-west4' },
  {
    ...{ ...withoutAddresses, rule: { allowed: ['projects/p/zones/z/instances/i'] } },
    ...{ variables: { nat_regions: ['us-east1'] }, options: '--set nat_regions=us-east1,europe-west4' },
  },
  {
    ...{ policy: 'compute.requireShieldedVm', rule: { enforce: true }, severity: 'warning' },
    says: 'may refuse each VM: the deployment makes VMs without Secure Boot.',
  },
  {
    ...{ policy: 'compute.requireOsLogin', rule: { enforce: true }, severity: 'warning' },
    says: 'gives ssh to a VM to those alone who have the rights of OS Login.',
  },
  {
    ...{ ...images, rule: { allowed: ['projects/ubuntu-os-cloud'] } },
    says: 'does not permit images of projects/deeplearning-platform-release: VMs need an image of yours.',
    options: '--set gpu_image=projects/P/global/images/family/F',
  },
  {
    ...{ ...images, rule: { denyAll: true } },
    says: 'does not permit images of projects/ubuntu-os-cloud, projects/deeplearning-platform-release: VMs need an image of yours.',
    options: '--set image=projects/P/global/images/family/F --set gpu_image=projects/P/global/images/family/F',
  },
  {
    ...{ policy: 'iam.disableServiceAccountCreation', rule: { enforce: true }, severity: 'stop' },
    says: 'refuses the service accounts of the functions and VMs.',
  },
  {
    ...{ policy: 'iam.allowedPolicyMemberDomains', rule: { allowed: ['C0123'] }, severity: 'warning' },
    ...{ variables: { users: ['user:a@b.c'] }, says: 'refuses `users` of other domains.' },
  },
  {
    ...{ policy: 'cloudfunctions.allowedIngressSettings', rule: { allowed: ['ALLOW_ALL'] }, severity: 'stop' },
    says: 'refuses the functions: they have ALLOW_INTERNAL_ONLY.',
  },
  {
    ...{ policy: 'run.allowedIngress', rule: { denied: ['is:internal'] }, severity: 'stop' },
    says: 'refuses the functions: their services have the ingress `internal`.',
  },
  {
    ...{ policy: 'gcp.restrictNonCmekServices', severity: 'stop' },
    rule: { denied: ['is:storage.googleapis.com', 'bigquery.googleapis.com'] },
    says: 'requires keys of yours for storage.googleapis.com, and the module sets none.',
  },
  {
    ...{ policy: 'gcp.restrictNonCmekServices', rule: { denyAll: true }, severity: 'stop' },
    says: `requires keys of yours for ${WITH_KEYS}, and the module sets none.`,
  },
  {
    ...{ policy: 'compute.restrictSharedVpcSubnetworks', rule: { allowed: ['under:projects/other'] } },
    ...{ variables: SHARED, severity: 'warning' },
    says: 'may refuse projects/host/regions/europe-west4/subnetworks/s.',
  },
])('$policy refuses with $rule and $variables', async ({ policy, rule, variables = {}, severity, says, options }) => {
  const remedy =
    options === undefined
      ? `gcloud org-policies describe ${policy} --effective --project=my-project`
      : `mymlops-client deploy --project my-project ${options}`;
  const sentence = `The policy ${policy} of your organisation ${says}`;
  expect(await checkPolicies(withPolicy(policy, rule), aWanted({ variables }))).toEqual([
    { severity, about: 'policies', sentence, remedy },
  ]);
});

test.each<[string, PolicyRule, WantedDeployment['variables']]>([
  ['gcp.resourceLocations', { allowed: ['is:europe-west4'] }, {}],
  ['gcp.resourceLocations', { allowed: ['in:europe-west4-locations'] }, {}],
  ['gcp.resourceLocations', { denied: ['us-central1'] }, {}],
  ['gcp.resourceLocations', { allowAll: true }, {}],
  ['compute.vmExternalIpAccess', { denyAll: true }, { nat_regions: ['europe-west4'] }],
  ['compute.vmExternalIpAccess', { allowAll: true }, {}],
  ['compute.requireShieldedVm', { enforce: false }, {}],
  ['compute.trustedImageProjects', { denyAll: true }, { image: 'projects/p/x', gpu_image: 'projects/p/y' }],
  ['compute.trustedImageProjects', { allowed: Object.values(IMAGE_PROJECTS) }, {}],
  ['iam.disableServiceAccountCreation', { enforce: false }, {}],
  ['iam.allowedPolicyMemberDomains', { allowed: ['C0123'] }, {}],
  ['iam.allowedPolicyMemberDomains', { allowAll: true }, { users: ['user:a@b.c'] }],
  ['cloudfunctions.allowedIngressSettings', { allowed: ['ALLOW_INTERNAL_ONLY'] }, {}],
  ['gcp.restrictServiceUsage', { allowed: [...APIS_OF_MODULE] }, {}],
  ['gcp.restrictServiceUsage', { denied: ['bigquery.googleapis.com'] }, {}],
  ['run.allowedVPCEgress', { allowAll: true }, {}],
  ['run.allowedIngress', { allowed: ['is:internal'] }, {}],
  ['gcp.restrictNonCmekServices', { denied: ['bigquery.googleapis.com'] }, {}],
  ['compute.restrictSharedVpcSubnetworks', { allowed: ['under:projects/host'] }, SHARED],
  ['compute.restrictSharedVpcSubnetworks', { denyAll: true }, {}],
  [
    'compute.restrictSharedVpcSubnetworks',
    { denyAll: true },
    { subnetworks: { r: 'projects/my-project/regions/r/s' } },
  ],
])('%s permits it with %j and %j', async (name, rule, variables) => {
  expect(await checkPolicies(withPolicy(name, rule), aWanted({ variables }))).toEqual([]);
});

test('a conditional rule is not about this deployment', async () => {
  const rule = { denyAll: true, isConditional: true };
  expect(await checkPolicies(withPolicy('gcp.resourceLocations', rule), aWanted())).toEqual([]);
});

test("the images' projects are those of the functions' defaults", () => {
  const { image, gpuImage } = readConfig({
    ...{
      MYMLOPS_PROJECT: 'p',
      MYMLOPS_REGION: 'europe-west4',
      MYMLOPS_VM_SERVICE_ACCOUNT: 'vm@p.iam.gserviceaccount.com',
    },
    ...{ MYMLOPS_RESULTS_BUCKET: 'results', MYMLOPS_LIVE_BUCKET: 'live' },
  });
  const projectOf = (path: string): string => path.split('/').slice(0, 2).join('/');
  expect(IMAGE_PROJECTS).toEqual({ image: projectOf(image), gpu_image: projectOf(gpuImage) });
});

test('the rules of folders and organisation hold together', async () => {
  const administration = withPolicy(
    'gcp.resourceLocations',
    { allowed: ['europe-west4'] },
    { denied: ['europe-west4'] },
  );
  expect(await checkPolicies(administration, aWanted())).toMatchObject([{ severity: 'stop' }]);
});

/** Locations are limited to another region; the policy of `name` cannot be read. */
const withRefused = (answer: ReturnType<typeof refused>, ...names: string[]): Administration =>
  anAdministration({
    policies: {
      effective: (constraint) => {
        if (names.includes(constraint)) return answer;
        const rules = constraint === 'gcp.resourceLocations' ? [{ allowed: ['us-east1'] }] : [];
        return value({ constraint, rules });
      },
    },
  });

test('one policy that cannot be read hides none of the others', async () => {
  const administration = withRefused(refused({ status: 400, message: 'Bad request.' }), 'compute.requireOsLogin');
  expect(await checkPolicies(administration, aWanted())).toEqual([
    expect.objectContaining({ severity: 'stop', about: 'policies' }),
    {
      ...{ severity: 'warning', about: 'policies' },
      sentence: "The organisation's policies (compute.requireOsLogin) could not be checked: Bad request.",
    },
  ]);
});

test('a constraint that Google does not have here is not a finding', async () => {
  const administration = withRefused(refused({ status: 404 }), 'run.allowedIngress');
  expect(await checkPolicies(administration, aWanted())).toHaveLength(1);
});

test.each([
  [
    'the right is missing',
    refused({}),
    { sentence: 'Policies of the organisation could not be checked: you lack the permission orgpolicy.policy.get.' },
  ],
  [
    'the API is off',
    off('orgpolicy.googleapis.com'),
    {
      sentence: 'Policies of the organisation could not be checked: orgpolicy.googleapis.com is off.',
      remedy: 'gcloud services enable orgpolicy.googleapis.com --project my-project',
      awaitsApi: 'orgpolicy.googleapis.com',
    },
  ],
])('none can be read, because %s: one warning for all', async (_name, answer, expected) => {
  const administration = anAdministration({ policies: { effective: () => answer } });
  expect(await checkPolicies(administration, aWanted())).toEqual([
    { severity: 'warning', about: 'policies', ...expected },
  ]);
});
