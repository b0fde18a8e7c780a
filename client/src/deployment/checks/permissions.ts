// Permissions of who deploys: for each resource of the module, those that Terraform takes to make, read and change it, with the
// predefined role that has them. A test holds the resources against the module, and the permissions against those that IAM knows.
// Roles: https://cloud.google.com/iam/docs/roles-permissions. Removing a deployment takes more, which `deploy` does not check.

export interface Needed {
  role: string;
  /** Such as pubsub.topics: followed by its verbs. */
  on: string;
  verbs: readonly string[];
  /** Needed only where this variable of the module is set. */
  variable?: string;
  /** Needed only for a network of the deployment's own. */
  ofNetwork?: true;
  /** Needed only where `deploy` enables APIs. */
  toEnable?: true;
  /**
   * An owner of the project gets it on each new bucket, and does not have it on the project, where alone it could be looked up:
   * https://cloud.google.com/storage/docs/access-control/iam-roles#basic-roles-modifiable
   */
  onOwnBucket?: true;
}

const POLICY = ['getIamPolicy', 'setIamPolicy'];
const MAKE = ['create', 'get', 'update'];

/** Terraform's resource -> permissions. The provider, the state bucket and the data source stand at the end. */
export const NEEDED: Readonly<Record<string, readonly Needed[]>> = {
  google_artifact_registry_repository: [
    { role: 'artifactregistry.admin', on: 'artifactregistry.repositories', verbs: MAKE },
  ],
  google_artifact_registry_repository_iam_member: [
    { role: 'artifactregistry.admin', on: 'artifactregistry.repositories', verbs: POLICY },
  ],
  google_cloud_run_service_iam_member: [{ role: 'run.admin', on: 'run.services', verbs: POLICY }],
  google_cloud_scheduler_job: [{ role: 'cloudscheduler.admin', on: 'cloudscheduler.jobs', verbs: MAKE }],
  google_cloudfunctions2_function: [
    { role: 'cloudfunctions.admin', on: 'cloudfunctions.functions', verbs: MAKE },
    { role: 'cloudfunctions.admin', on: 'cloudfunctions.operations', verbs: ['get'] },
    { role: 'iam.serviceAccountUser', on: 'iam.serviceAccounts', verbs: ['actAs'] },
  ],
  google_compute_firewall: [
    { role: 'compute.securityAdmin', on: 'compute.firewalls', verbs: MAKE, ofNetwork: true },
    { role: 'compute.networkAdmin', on: 'compute.networks', verbs: ['updatePolicy'], ofNetwork: true },
  ],
  google_compute_network: [
    { role: 'compute.networkAdmin', on: 'compute.networks', verbs: ['create', 'get'], ofNetwork: true },
    { role: 'compute.networkAdmin', on: 'compute.subnetworks', verbs: ['create'], ofNetwork: true },
    { role: 'compute.networkAdmin', on: 'compute.globalOperations', verbs: ['get'], ofNetwork: true },
  ],
  google_compute_router: [
    { role: 'compute.networkAdmin', on: 'compute.routers', verbs: MAKE, ofNetwork: true, variable: 'nat_regions' },
  ],
  google_compute_router_nat: [
    {
      ...{ role: 'compute.networkAdmin', on: 'compute.regionOperations', verbs: ['get'] },
      ...{ ofNetwork: true, variable: 'nat_regions' },
    },
  ],
  google_firebaserules_release: [{ role: 'firebaserules.admin', on: 'firebaserules.releases', verbs: MAKE }],
  google_firebaserules_ruleset: [
    { role: 'firebaserules.admin', on: 'firebaserules.rulesets', verbs: ['create', 'get'] },
  ],
  google_firestore_database: [
    { role: 'datastore.owner', on: 'datastore.databases', verbs: ['create', 'getMetadata', 'update'] },
  ],
  google_firestore_document: [{ role: 'datastore.owner', on: 'datastore.entities', verbs: MAKE }],
  google_firestore_field: [
    { role: 'datastore.owner', on: 'datastore.indexes', verbs: ['create', 'get', 'list', 'update'] },
    { role: 'datastore.owner', on: 'datastore.operations', verbs: ['get'] },
  ],
  google_monitoring_alert_policy: [
    { role: 'monitoring.editor', on: 'monitoring.alertPolicies', verbs: MAKE, variable: 'alert_emails' },
  ],
  google_monitoring_notification_channel: [
    { role: 'monitoring.editor', on: 'monitoring.notificationChannels', verbs: MAKE, variable: 'alert_emails' },
  ],
  google_project_iam_custom_role: [{ role: 'iam.roleAdmin', on: 'iam.roles', verbs: MAKE }],
  google_project_iam_member: [
    { role: 'resourcemanager.projectIamAdmin', on: 'resourcemanager.projects', verbs: POLICY },
  ],
  google_project_service: [
    { role: 'serviceusage.serviceUsageAdmin', on: 'serviceusage.services', verbs: ['get', 'list'] },
    { role: 'serviceusage.serviceUsageAdmin', on: 'serviceusage.services', verbs: ['enable'], toEnable: true },
    { role: 'serviceusage.serviceUsageAdmin', on: 'serviceusage.operations', verbs: ['get'], toEnable: true },
  ],
  google_pubsub_subscription: [{ role: 'pubsub.admin', on: 'pubsub.subscriptions', verbs: MAKE }],
  google_pubsub_subscription_iam_member: [{ role: 'pubsub.admin', on: 'pubsub.subscriptions', verbs: POLICY }],
  google_pubsub_topic: [{ role: 'pubsub.admin', on: 'pubsub.topics', verbs: [...MAKE, 'attachSubscription'] }],
  google_pubsub_topic_iam_member: [{ role: 'pubsub.admin', on: 'pubsub.topics', verbs: POLICY }],
  google_secret_manager_secret: [
    { role: 'secretmanager.admin', on: 'secretmanager.secrets', verbs: MAKE, variable: 'secrets' },
  ],
  google_service_account: [{ role: 'iam.serviceAccountAdmin', on: 'iam.serviceAccounts', verbs: MAKE }],
  google_service_account_iam_member: [{ role: 'iam.serviceAccountAdmin', on: 'iam.serviceAccounts', verbs: POLICY }],
  google_storage_bucket: [
    { role: 'storage.admin', on: 'storage.buckets', verbs: ['create', 'list'] },
    { role: 'storage.admin', on: 'storage.buckets', verbs: ['get', 'update'], onOwnBucket: true },
  ],
  google_storage_bucket_iam_member: [
    { role: 'storage.admin', on: 'storage.buckets', verbs: POLICY, onOwnBucket: true },
  ],
  // The lock of the state is an object that is deleted after each plan, and a new state overwrites the old one.
  google_storage_bucket_object: [
    {
      ...{ role: 'storage.admin', on: 'storage.objects', verbs: ['create', 'delete', 'get', 'list', 'update'] },
      onOwnBucket: true,
    },
  ],
  /** The provider has user_project_override, so that calls are counted for the project. */
  google_project: [
    { role: 'serviceusage.serviceUsageConsumer', on: 'serviceusage.services', verbs: ['use'] },
    { role: 'browser', on: 'resourcemanager.projects', verbs: ['get'] },
  ],
};

/** Permission -> role, for what a deployment takes. */
export function permissionsFor(needs: (one: Needed) => boolean): ReadonlyMap<string, string> {
  const rows = Object.values(NEEDED).flat().filter(needs);
  return new Map(rows.flatMap(({ role, on, verbs }) => verbs.map((verb) => [`${on}.${verb}`, `roles/${role}`])));
}
