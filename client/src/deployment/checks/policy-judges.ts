// The constraints of organisation policies that concern a deployment, and which rules of each would refuse a part of it. Absent
// on purpose: iam.disableServiceAccountKeyCreation and iam.automaticIamGrantsForDefaultServiceAccounts, because the module makes
// no keys and uses no default account.
// https://cloud.google.com/resource-manager/docs/organization-policy/org-policy-constraints
import type { PolicyRule } from '../../google/administration';
import { APIS_OF_MODULE } from '../apis';
import { listOf, type WantedDeployment } from './wanted';

export interface Verdict {
  severity: 'stop' | 'warning';
  /** The rest of a sentence that begins with the policy. */
  says: string;
  /** Options of `deploy` that avoid the policy. Without them, only the organisation's administrator can help. */
  options?: string;
}

type Judge = (rules: readonly PolicyRule[], wanted: WantedDeployment, project: string) => Verdict | undefined;

/** The module has resources of these that can have a key: https://cloud.google.com/kms/docs/cmek-org-policy */
const WITH_KEYS = [
  'artifactregistry.googleapis.com',
  'cloudfunctions.googleapis.com',
  'compute.googleapis.com',
  'firestore.googleapis.com',
  'pubsub.googleapis.com',
  'run.googleapis.com',
  'secretmanager.googleapis.com',
  'storage.googleapis.com',
];

/** Variable -> project of the image that VMs have without it. A test holds these against the functions' defaults. */
export const IMAGE_PROJECTS = {
  image: 'projects/ubuntu-os-cloud',
  gpu_image: 'projects/deeplearning-platform-release',
};

const isEnforced = (rules: readonly PolicyRule[]): boolean => rules.some(({ enforce }) => enforce === true);

/** Only named values are allowed, or none. */
const isLimited = (rules: readonly PolicyRule[]): boolean => rules.some(({ denyAll, allowed }) => denyAll || allowed);

/** Google writes a value also with `is:` before it. */
const bare = (value: string): string => value.replace(/^is:/, '');
const allowedBy = (rules: readonly PolicyRule[]): string[] => rules.flatMap(({ allowed = [] }) => allowed.map(bare));
const deniedBy = (rules: readonly PolicyRule[]): string[] => rules.flatMap(({ denied = [] }) => denied.map(bare));

/** @param names A value, and the names of groups that have it. */
function isRefused(rules: readonly PolicyRule[], ...names: string[]): boolean {
  const [allowed, denied] = [allowedBy(rules), deniedBy(rules)];
  const isNamed = (values: string[]): boolean => names.some((name) => values.includes(name));
  return rules.some(({ denyAll }) => denyAll) || isNamed(denied) || (allowed.length > 0 && !isNamed(allowed));
}

const enforced =
  (severity: Verdict['severity'], says: string): Judge =>
  (rules) =>
    isEnforced(rules) ? { severity, says } : undefined;

const limited =
  (says: string): Judge =>
  (rules) =>
    isLimited(rules) ? { severity: 'warning', says } : undefined;

/** Refuses `value`, which the module always sets. */
const refusing =
  (value: string, says: string): Judge =>
  (rules) =>
    isRefused(rules, value) ? { severity: 'stop', says } : undefined;

function judgeLocations(rules: readonly PolicyRule[], { region }: WantedDeployment): Verdict | undefined {
  const [own, group] = [region, `in:${region}-locations`];
  const [allowed, denied] = [allowedBy(rules), deniedBy(rules)];
  // Groups such as in:eu-locations have members that Google alone knows.
  const groups = (values: string[]): string[] => values.filter((value) => value.startsWith('in:') && value !== group);
  if (!isRefused(rules, own, group)) {
    const wide = groups(denied);
    if (wide.length === 0) return undefined;
    return {
      severity: 'warning',
      says: `refuses ${wide.join(', ')}: if ${region} is among them, Google makes nothing.`,
    };
  }
  const isSure = rules.some(({ denyAll }) => denyAll) || denied.includes(own) || denied.includes(group);
  if (isSure || groups(allowed).length === 0) {
    return { severity: 'stop', says: `does not permit ${region}. Choose a region that it permits with --region.` };
  }
  const says = `permits ${allowed.join(', ')}: if ${region} is not among them, Google makes nothing.`;
  return { severity: 'warning', says };
}

/** Google alone knows which services an allow list is about: those that it cannot restrict stay permitted without being named. */
function judgeServices(rules: readonly PolicyRule[]): Verdict | undefined {
  const refused = APIS_OF_MODULE.filter((api) => isRefused(rules, api));
  if (refused.length === 0) return undefined;
  const isSure = rules.some(({ denyAll }) => denyAll) || refused.some((api) => deniedBy(rules).includes(api));
  const says = `${isSure ? 'does' : 'may'} not permit ${refused.join(', ')}, which the deployment needs.`;
  return { severity: isSure ? 'stop' : 'warning', says };
}

function judgeAddresses(rules: readonly PolicyRule[], { region, variables }: WantedDeployment): Verdict | undefined {
  const regions = listOf(variables, 'nat_regions');
  if (!isLimited(rules) || regions.includes(region)) return undefined;
  return {
    severity: 'warning',
    says: 'does not permit external addresses, and VMs have one in each region without Cloud NAT.',
    options: `--set nat_regions=${[...regions, region].join(',')}`,
  };
}

function judgeImages(rules: readonly PolicyRule[], { variables }: WantedDeployment): Verdict | undefined {
  const refused = Object.entries(IMAGE_PROJECTS).filter(
    ([variable, project]) => (variables[variable] ?? '') === '' && isRefused(rules, project),
  );
  if (refused.length === 0) return undefined;
  return {
    severity: 'warning',
    says: `does not permit images of ${refused.map(([, project]) => project).join(', ')}: VMs need an image of yours.`,
    options: refused.map(([variable]) => `--set ${variable}=projects/P/global/images/family/F`).join(' '),
  };
}

/** A deny list only; under "deny all", each service must have keys. */
function judgeKeys(rules: readonly PolicyRule[]): Verdict | undefined {
  const isAll = rules.some(({ denyAll }) => denyAll);
  const refused = WITH_KEYS.filter((service) => isAll || deniedBy(rules).includes(service));
  if (refused.length === 0) return undefined;
  return { severity: 'stop', says: `requires keys of yours for ${refused.join(', ')}, and the module sets none.` };
}

/** Only a subnetwork of another project is shared. Google alone knows the projects of a folder (under:folders/...). */
function judgeSubnetworks(
  rules: readonly PolicyRule[],
  { variables }: WantedDeployment,
  project: string,
): Verdict | undefined {
  const ownerOf = (path: string): string => path.split('/').slice(0, 2).join('/');
  const refused = Object.values(variables['subnetworks'] ?? {})
    .map(String)
    .filter((path) => ownerOf(path) !== `projects/${project}` && isRefused(rules, path, `under:${ownerOf(path)}`));
  return refused.length === 0 ? undefined : { severity: 'warning', says: `may refuse ${refused.join(', ')}.` };
}

/** Constraint -> what its rules mean for a deployment. */
export const JUDGES: ReadonlyMap<string, Judge> = new Map<string, Judge>([
  ['gcp.resourceLocations', judgeLocations],
  ['compute.vmExternalIpAccess', judgeAddresses],
  [
    'compute.requireShieldedVm',
    enforced('warning', 'may refuse each VM: the deployment makes VMs without Secure Boot.'),
  ],
  ['compute.requireOsLogin', enforced('warning', 'gives ssh to a VM to those alone who have the rights of OS Login.')],
  ['compute.trustedImageProjects', judgeImages],
  ['iam.disableServiceAccountCreation', enforced('stop', 'refuses the service accounts of the functions and VMs.')],
  [
    'iam.allowedPolicyMemberDomains',
    (rules, { variables }) =>
      isLimited(rules) && listOf(variables, 'users').length > 0
        ? { severity: 'warning', says: 'refuses `users` of other domains.' }
        : undefined,
  ],
  [
    'cloudfunctions.allowedIngressSettings',
    refusing('ALLOW_INTERNAL_ONLY', 'refuses the functions: they have ALLOW_INTERNAL_ONLY.'),
  ],
  ['run.allowedIngress', refusing('internal', 'refuses the functions: their services have the ingress `internal`.')],
  [
    'cloudfunctions.requireVPCConnector',
    enforced('stop', 'requires a VPC connector of each function, and the module sets none.'),
  ],
  ['run.allowedVPCEgress', limited('may refuse the functions: their services send nothing through a VPC.')],
  ['cloudbuild.allowedWorkerPools', limited("may refuse the functions' builds: they run in Google's default pool.")],
  ['gcp.restrictServiceUsage', judgeServices],
  ['gcp.restrictNonCmekServices', judgeKeys],
  ['compute.restrictSharedVpcSubnetworks', judgeSubnetworks],
]);
