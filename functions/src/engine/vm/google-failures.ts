// Why Google does not make or start a VM, and whether that holds for the zone, for its region or everywhere: a row for each
// answer that it has given, here or in public. The first row that fits counts. Codes are matched by their beginning: they come
// bare and with suffixes (ZONE_RESOURCE_POOL_EXHAUSTED, ..._WITH_DETAILS). Words in upper case are those of an operation that was
// accepted and failed later, words in camel case those of a call that was refused at once; many come both ways. What a refusal of
// the client's own calls means is in client/src/google/failures.ts.
import type { Reason, VmFailure } from '@mymlops/protocol';

export interface GoogleFailure {
  code: RegExp;
  /** Absent: any message. */
  message?: RegExp;
  /** HTTP status of the call or of its operation. Absent: any. */
  status?: readonly number[];
  scope: VmFailure['scope'];
  reason: Reason;
  /** The fact, in a sentence; Google's own words follow it. {zone} and {machineType} stand for those of the VM. */
  cause: string;
  /** The next step. Absent: that of the reason. */
  next?: string;
  /** A quota of which there is none: no VM that ends gives it back. */
  isZero?: true;
  source: string;
}

const ANY = /^/;

const MISFIT = {
  cause: 'The machine type does not go together with its disk type, its accelerator or its image.',
  next: 'Choose another one of them in the profile.',
};
const NO_CAPACITY = { cause: '{zone} had no capacity for {machineType}.' };
const NO_ACCESS = {
  cause: 'The functions lack a right that the VM needs.',
  next: "Let an administrator grant it; Google's words name it.",
};
const NETWORK = {
  cause: "The deployment's network does not fit.",
  next: 'Let an administrator correct network and subnetworks of the deployment.',
};
const POLICY = { cause: 'A policy of the organisation forbids this VM.', next: "Google's words name the policy." };

const SKYPILOT = 'SkyPilot, sky/backends/cloud_vm_ray_backend.py';
const AUTOSCALER = 'Kubernetes cluster-autoscaler, cloudprovider/gce/autoscaling_gce_client.go';
const GARDENER = 'Gardener, extensions/pkg/util and pkg/apis/core/v1beta1/helper/errors.go';
const COMPUTE_ERRORS = 'https://cloud.google.com/compute/docs/troubleshooting/troubleshooting-vm-creation';
const QUOTAS = 'https://cloud.google.com/compute/resource-usage';

export const GOOGLE_FAILURES: readonly GoogleFailure[] = [
  // Google reports parts that do not fit together under many codes, that of a stock-out among them. The words decide.
  {
    code: ANY,
    message: /features are not compatible/i,
    scope: 'all',
    reason: 'invalid-machine',
    ...MISFIT,
    source:
      'PerfKitBenchmarker, gce_virtual_machine.py; astronomer/astronomer#2463; scylla-cluster-tests, capacity errors',
  },
  {
    code: ANY,
    message: /is not compatible with machine type|cannot be used by .* machine type/i,
    scope: 'all',
    reason: 'invalid-machine',
    ...MISFIT,
    source: 'https://cloud.google.com/compute/docs/troubleshooting/troubleshooting-arm-vms; dsub#301',
  },
  {
    code: ANY,
    message: /disk size cannot be smaller than the (image|snapshot) size/i,
    scope: 'all',
    reason: 'invalid-machine',
    cause: 'The disk is smaller than the image or snapshot that it is made from.',
    next: 'Raise disk.size of the profile.',
    source: SKYPILOT,
  },
  // A policy on locations forbids some zones, not the run.
  {
    code: ANY,
    message: /violates constraint \W?constraints\/gcp\.resourceLocations/i,
    scope: 'zone',
    reason: 'permission',
    cause: 'A policy of the organisation (gcp.resourceLocations) forbids this location.',
    next: 'Set zone_regex to zones that it allows.',
    source: 'https://cloud.google.com/resource-manager/docs/organization-policy/defining-locations',
  },
  {
    code: ANY,
    message: /^Location .* is not found or access is unauthorized/i,
    scope: 'zone',
    reason: 'permission',
    cause: 'The project may not use this zone.',
    next: 'Set zone_regex to zones that it may use.',
    source: SKYPILOT,
  },
  {
    code: ANY,
    message: /Constraint \W?constraints\/\S+ violated|violates constraint \W?constraints\//i,
    scope: 'all',
    reason: 'permission',
    ...POLICY,
    source: `${AUTOSCALER} (vmExternalIpAccess, requireShieldedVm); ${GARDENER}`,
  },
  {
    code: ANY,
    message: /must specify a subnet if the network resource is in custom subnet mode/i,
    scope: 'all',
    reason: 'invalid-machine',
    ...NETWORK,
    source: 'https://cloud.google.com/dataflow/docs/guides/common-errors',
  },

  // Capacity
  {
    code: /^(REGION_RESOURCE_POOL_EXHAUSTED|regionResourcePoolExhausted)/i,
    scope: 'region',
    reason: 'no-capacity',
    cause: 'The region of {zone} had no capacity for {machineType}.',
    source: COMPUTE_ERRORS,
  },
  {
    code: /^((ZONE_)?RESOURCE_POOL_EXHAUSTED|(zoneR|r)esourcePoolExhausted)/i,
    scope: 'zone',
    reason: 'no-capacity',
    ...NO_CAPACITY,
    source: `${COMPUTE_ERRORS}; ${SKYPILOT}; ${AUTOSCALER}`,
  },
  {
    code: /^(insufficientCapacity|GPU_STOCKOUT|stockout)/i,
    scope: 'zone',
    reason: 'no-capacity',
    ...NO_CAPACITY,
    source: SKYPILOT,
  },
  // Seen when a spot VM is preempted while it is made. Parts that do not fit together have their own words, above.
  {
    code: /^UNSUPPORTED_OPERATION/i,
    scope: 'zone',
    reason: 'no-capacity',
    ...NO_CAPACITY,
    source: SKYPILOT,
  },
  {
    code: /^(RESOURCE_?NOT_?READY|RESOURCE_OPERATION_RATE_EXCEEDED)/i,
    scope: 'zone',
    reason: 'no-capacity',
    cause: '{zone} was not ready to make the VM.',
    source: SKYPILOT,
  },
  {
    code: /^(INTERNAL_ERROR|internalError|BACKEND_ERROR|backendError|SERVICE_UNAVAILABLE|OPERATION_CANCELED)/i,
    scope: 'zone',
    reason: 'no-capacity',
    cause: 'Google had trouble of its own in {zone}.',
    source: COMPUTE_ERRORS,
  },
  // Too many calls in a minute, or operations at once: not a quota of VMs.
  {
    code: /^(RATE_?LIMIT_?EXCEEDED|userRateLimitExceeded|CONCURRENT_OPERATIONS_QUOTA_EXCEEDED)/i,
    scope: 'zone',
    reason: 'no-capacity',
    cause: 'Google had too many calls of this project at once.',
    source: 'https://cloud.google.com/compute/api-quota',
  },
  // From an operation, in upper case: the zone lacks what the call was accepted with.
  {
    code: /^RESOURCE_NOT_FOUND/,
    scope: 'zone',
    reason: 'no-capacity',
    ...NO_CAPACITY,
    source: `${SKYPILOT} (skypilot#1797)`,
  },
  {
    code: /^IP_SPACE_EXHAUSTED/i,
    scope: 'region',
    reason: 'quota',
    cause: 'The subnetwork of this region has no free address.',
    next: 'Let an administrator enlarge it, or allow another region.',
    source: AUTOSCALER,
  },

  // Quotas are a region's, but for a few of the whole project. A new project has none for GPUs.
  {
    code: /^(quota|LIMIT_EXCEEDED)/i,
    message: /Limit: 0(\.0*)? globally/i,
    scope: 'all',
    reason: 'quota',
    cause: 'The project has no quota for this.',
    next: "Request it in Google's console, or choose another machine type or accelerator.",
    isZero: true,
    source: QUOTAS,
  },
  {
    code: /^(quota|LIMIT_EXCEEDED)/i,
    message: /Limit: 0(\.0*)? in region/i,
    scope: 'region',
    reason: 'quota',
    cause: 'The project has no quota for this in the region of {zone}.',
    next: "Request it in Google's console, allow another region with zone_regex, or choose another machine type or accelerator.",
    isZero: true,
    source: QUOTAS,
  },
  {
    code: /^(quota|LIMIT_EXCEEDED)/i,
    message: /ALL_REGIONS|\bglobally\b/i,
    scope: 'project',
    reason: 'quota',
    cause: 'A quota of the whole project is used up.',
    next: "Raise it in Google's console, or choose a smaller machine type.",
    source: `${SKYPILOT}; ${QUOTAS}`,
  },
  {
    code: /^(quota|LIMIT_EXCEEDED|RESOURCE_QUOTA_EXCEEDED|GCE_QUOTA_EXCEEDED)/i,
    scope: 'region',
    reason: 'quota',
    cause: 'A quota of this region is used up.',
    next: "Raise it in Google's console, allow another region with zone_regex, or choose a smaller machine type.",
    source: `${SKYPILOT}; ${AUTOSCALER}; ${QUOTAS}`,
  },

  // Rights
  {
    code: /^SERVICE_ACCOUNT_ACCESS_DENIED/i,
    scope: 'all',
    reason: 'permission',
    cause: "The functions may not use the VM's service account.",
    next: 'Let an administrator give them the role Service Account User (iam.serviceAccounts.actAs) on it.',
    source: `a public live test: operation DONE with HTTP status 400; ${GARDENER}`,
  },
  {
    code: /^(SERVICE_ACCOUNT_NOT_FOUND|SERVICE_ACCOUNT_DELETED)/i,
    scope: 'all',
    reason: 'permission',
    cause: "The VM's service account does not exist any more.",
    next: 'Deploy again, or choose another account.',
    source: 'Databricks, cluster termination codes of Google Cloud',
  },
  {
    code: /^(forbidden|IAM_PERMISSION_DENIED|PERMISSION_DENIED|PERMISSIONS_ERROR|authError)/i,
    scope: 'all',
    reason: 'permission',
    ...NO_ACCESS,
    source: `${SKYPILOT}; ${AUTOSCALER}; ${GARDENER}`,
  },
  {
    // "Login Required". With 400 it is a field that is missing.
    code: /^required$/i,
    status: [401, 403],
    scope: 'all',
    reason: 'permission',
    ...NO_ACCESS,
    source: 'https://cloud.google.com/storage/docs/json_api/v1/status-codes#401-unauthorized',
  },
  {
    code: /^(accessNotConfigured|SERVICE_DISABLED|API_DISABLED)/i,
    scope: 'all',
    reason: 'permission',
    cause: 'The Compute Engine API is not enabled in the project.',
    next: 'Let an administrator enable it; deploy does it too.',
    source: GARDENER,
  },
  {
    code: /^(billing|BILLING)/,
    scope: 'all',
    reason: 'permission',
    cause: 'The project has no billing account that is open.',
    next: 'Let an administrator correct it.',
    source: `${GARDENER} (inactive billing state)`,
  },

  // Names that do not exist, and bodies that Google does not take
  {
    code: /^(VPC_NOT_FOUND)/i,
    scope: 'all',
    reason: 'invalid-machine',
    ...NETWORK,
    source: SKYPILOT,
  },
  {
    code: /^(SUBNET_NOT_FOUND|SUBNETWORK_NOT_READY|SUBNET_NOT_READY)/i,
    scope: 'region',
    reason: 'invalid-machine',
    ...NETWORK,
    source: `${SKYPILOT}; Databricks, cluster termination codes of Google Cloud`,
  },
  {
    code: /^(EXTERNAL_RESOURCE_NOT_FOUND|notFound)/,
    scope: 'all',
    reason: 'invalid-machine',
    cause: 'Something that the profile or the deployment names does not exist.',
    next: "Google's words name it.",
    source: COMPUTE_ERRORS,
  },
  {
    code: /^(INVALID_FIELD_VALUE|INVALID_USAGE|invalid|badRequest|INVALID_ARGUMENT)/i,
    scope: 'all',
    reason: 'invalid-machine',
    cause: 'Google does not make such a VM.',
    next: 'Correct the profile.',
    source: COMPUTE_ERRORS,
  },
  {
    code: /^(conditionNotMet|CONDITION_NOT_MET)/i,
    scope: 'all',
    reason: 'permission',
    ...POLICY,
    source: AUTOSCALER,
  },
];
