// What Google has said when it did not make a VM (gcp-facts 1.4, gcp-fidelity, and the classifiers that the rows of the functions'
// table name), as a call that it refused or as an operation that failed, and what it means.
import type { VmFailure } from '@mymlops/protocol';

type Said = [code: string, httpStatus: number | undefined, message: string];
export type Row = [...said: Said, scope: VmFailure['scope'], reason: VmFailure['reason']];

const STOCKOUT =
  "The zone 'projects/p/zones/us-central1-a' does not have enough resources available to fulfill the request.";
const MISFIT = '[pd-balanced, c4-standard-16] features are not compatible for creating instance.';
const POLICY = 'Constraint constraints/compute.vmExternalIpAccess violated for project 1234567890.';
const LOCATION =
  'Location ZONE:africa-south1-a violates constraint constraints/gcp.resourceLocations on the resource projects/p/zones/africa-south1-a/instances/i.';
const SUBNET =
  "Invalid value for field 'resource.networkInterfaces[0].subnetwork': ''. Network interface must specify a subnet if the network resource is in custom subnet mode.";
const REGION_QUOTA = "Quota 'CPUS' exceeded.  Limit: 24.0 in region us-west1.";

export const ROWS: readonly Row[] = [
  // Parts that do not fit together, under any code
  ['UNSUPPORTED_OPERATION', 400, MISFIT, 'all', 'invalid-machine'],
  ['ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS', 400, `Error 400: ${MISFIT}, badRequest`, 'all', 'invalid-machine'],
  [
    'badRequest',
    400,
    '[n2-standard-32, nvidia-tesla-t4] features are not compatible for creating instance.',
    'all',
    'invalid-machine',
  ],
  ['UNSUPPORTED_OPERATION', 400, '[pd-standard, n4-standard-2] features are not compatible.', 'all', 'invalid-machine'],
  ['badRequest', 400, 'The image is not compatible with machine type t2a-standard-1.', 'all', 'invalid-machine'],
  ['badRequest', 400, 'pd-standard disk type cannot be used by n4-standard-2 machine type.', 'all', 'invalid-machine'],
  [
    'invalid',
    400,
    'Requested boot disk architecture (X86_64) is not compatible with machine type architecture (ARM64).',
    'all',
    'invalid-machine',
  ],
  [
    'invalid',
    400,
    "Invalid value for field 'resource.disks[0].initializeParams.diskSizeGb': '10'. Requested disk size cannot be smaller than the image size (50 GB)",
    'all',
    'invalid-machine',
  ],
  // Policies
  ['conditionNotMet', 412, LOCATION, 'zone', 'permission'],
  ['CONDITION_NOT_MET', 412, LOCATION, 'zone', 'permission'],
  ['forbidden', 403, 'Location us-east9-b is not found or access is unauthorized.', 'zone', 'permission'],
  ['CONDITION_NOT_MET', 412, `Instance 'i' creation failed: ${POLICY}`, 'all', 'permission'],
  [
    'conditionNotMet',
    412,
    `${POLICY} Add instance projects/p/zones/z/instances/i to the constraint to use external IP with it.`,
    'all',
    'permission',
  ],
  // With quotation marks around the zone and the constraint: it ended the run.
  [
    'CONDITION_NOT_MET',
    412,
    "'us-east1-b' violates constraint 'constraints/gcp.resourceLocations'",
    'zone',
    'permission',
  ],
  ['CONDITION_NOT_MET', 412, '\'i\' violates constraint "constraints/compute.requireOsLogin"', 'all', 'permission'],
  ['conditionNotMet', 412, 'Some other condition.', 'all', 'permission'],
  // Capacity
  ['ZONE_RESOURCE_POOL_EXHAUSTED', 503, STOCKOUT, 'zone', 'no-capacity'],
  ['ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS', 503, STOCKOUT, 'zone', 'no-capacity'],
  ['RESOURCE_POOL_EXHAUSTED', 503, STOCKOUT, 'zone', 'no-capacity'],
  ['REGION_RESOURCE_POOL_EXHAUSTED', 503, 'why', 'region', 'no-capacity'],
  ['zoneResourcePoolExhausted', 503, STOCKOUT, 'zone', 'no-capacity'],
  ['zoneResourcePoolExhaustedWithDetails', 503, STOCKOUT, 'zone', 'no-capacity'],
  ['resourcePoolExhausted', 503, STOCKOUT, 'zone', 'no-capacity'],
  ['regionResourcePoolExhausted', 503, 'why', 'region', 'no-capacity'],
  ['RATE_LIMIT_EXCEEDED', 403, "Quota exceeded for quota metric 'Queries'", 'zone', 'no-capacity'],
  ['rateLimitExceeded', 403, 'Rate Limit Exceeded', 'zone', 'no-capacity'],
  ['CONCURRENT_OPERATIONS_QUOTA_EXCEEDED', 403, 'why', 'zone', 'no-capacity'],
  ['GPU_STOCKOUT', undefined, 'why', 'zone', 'no-capacity'],
  ['stockout', undefined, 'why', 'zone', 'no-capacity'],
  ['insufficientCapacity', 503, 'why', 'zone', 'no-capacity'],
  ['UNSUPPORTED_OPERATION', 400, 'Instance was preempted during creation.', 'zone', 'no-capacity'],
  ['RESOURCE_NOT_READY', 400, "The resource 'zones/z/instances/i' is not ready", 'zone', 'no-capacity'],
  ['resourceNotReady', 400, "The resource 'zones/z/instances/i' is not ready", 'zone', 'no-capacity'],
  ['RESOURCE_OPERATION_RATE_EXCEEDED', 403, 'why', 'zone', 'no-capacity'],
  ['RESOURCE_NOT_FOUND', 404, "The resource 'zones/z/reservations/r' was not found", 'zone', 'no-capacity'],
  ['INTERNAL_ERROR', 500, 'Internal error. Please try again or contact Google Support.', 'zone', 'no-capacity'],
  // Quotas
  ['QUOTA_EXCEEDED', 403, REGION_QUOTA, 'region', 'quota'],
  ['quotaExceeded', 403, REGION_QUOTA, 'region', 'quota'],
  ['QUOTA_EXCEEDED', 403, "Quota 'GPUS_ALL_REGIONS' exceeded.  Limit: 0.0 globally.", 'all', 'quota'],
  ['QUOTA_EXCEEDED', 403, "Quota 'NVIDIA_L4_GPUS' exceeded.  Limit: 0.0 in region us-central1.", 'region', 'quota'],
  ['quotaExceeded', 403, "Quota 'CPUS_ALL_REGIONS' exceeded.  Limit: 12.0 globally.", 'project', 'quota'],
  ['LIMIT_EXCEEDED', 403, 'why', 'region', 'quota'],
  [
    'IP_SPACE_EXHAUSTED_WITH_DETAILS',
    400,
    "IP space of 'projects/p/regions/r/subnetworks/s' is exhausted.",
    'region',
    'quota',
  ],
  // Rights
  [
    'SERVICE_ACCOUNT_ACCESS_DENIED',
    400,
    "The user does not have access to service account 'vm@p.iam.gserviceaccount.com'.",
    'all',
    'permission',
  ],
  ['SERVICE_ACCOUNT_NOT_FOUND', 400, 'why', 'all', 'permission'],
  [
    'forbidden',
    403,
    "Required 'compute.instances.create' permission for 'projects/p/zones/z/instances/i'",
    'all',
    'permission',
  ],
  ['required', 401, 'Login Required.', 'all', 'permission'],
  ['IAM_PERMISSION_DENIED', 403, 'IAM permission denied for service account', 'all', 'permission'],
  ['PERMISSION_DENIED', 403, 'why', 'all', 'permission'],
  ['PERMISSIONS_ERROR', 403, 'why', 'all', 'permission'],
  ['accessNotConfigured', 403, 'Compute Engine API has not been used in project 1 before', 'all', 'permission'],
  ['BILLING_NOT_ENABLED', 403, 'This API method requires billing to be enabled.', 'all', 'permission'],
  // Names and bodies
  ['VPC_NOT_FOUND', undefined, 'why', 'all', 'invalid-machine'],
  ['SUBNET_NOT_FOUND_FOR_VPC', undefined, 'why', 'region', 'invalid-machine'],
  ['invalid', 400, SUBNET, 'all', 'invalid-machine'],
  ['notFound', 404, "The resource 'projects/p/global/images/family/f' was not found", 'all', 'invalid-machine'],
  ['EXTERNAL_RESOURCE_NOT_FOUND', 404, 'why', 'all', 'invalid-machine'],
  ['INVALID_FIELD_VALUE', 400, 'why', 'all', 'invalid-machine'],
  ['INVALID_USAGE', 400, 'why', 'all', 'invalid-machine'],
];
