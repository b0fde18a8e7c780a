// Google's APIs that a deployment takes, and the accounts of Google's services that Terraform gives rights to.

/** The checks call these. They can be enabled without billing. */
export const APIS_FOR_CHECKS: readonly string[] = [
  'cloudbilling.googleapis.com',
  'cloudresourcemanager.googleapis.com',
  'orgpolicy.googleapis.com',
  'serviceusage.googleapis.com',
];

/** A test holds these against the module's apis.tf. */
export const APIS_OF_MODULE: readonly string[] = [
  'artifactregistry.googleapis.com',
  'cloudbuild.googleapis.com',
  'cloudfunctions.googleapis.com',
  'cloudscheduler.googleapis.com',
  'compute.googleapis.com',
  'firebaserules.googleapis.com',
  'firestore.googleapis.com',
  'iam.googleapis.com',
  'monitoring.googleapis.com',
  'pubsub.googleapis.com',
  'run.googleapis.com',
  'secretmanager.googleapis.com',
  'storage.googleapis.com',
];

export const APIS: readonly string[] = [...APIS_FOR_CHECKS, ...APIS_OF_MODULE];

/**
 * Services whose own accounts the module gives rights to. Google makes such an account at the first use of the service, and
 * Terraform would come before it: https://cloud.google.com/iam/docs/create-service-agents. A test holds these against the module.
 */
export const SERVICES_WITH_AGENTS: readonly string[] = ['cloudscheduler.googleapis.com', 'pubsub.googleapis.com'];
