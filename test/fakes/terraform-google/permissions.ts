// Permissions that Google's IAM knows, of the services that a deployment uses. One that is missing here and exists is added with a
// look at https://cloud.google.com/iam/docs/permissions-reference.
const KNOWN: Record<string, string> = {
  'artifactregistry.repositories':
    'create delete deleteArtifacts downloadArtifacts get getIamPolicy list setIamPolicy update uploadArtifacts',
  'cloudbuild.builds': 'create get list update',
  'cloudfunctions.functions':
    'call create delete get getIamPolicy invoke list setIamPolicy sourceCodeGet sourceCodeSet update',
  'cloudfunctions.operations': 'get list',
  'cloudscheduler.jobs': 'create delete enable fullView get list pause run update',
  'compute.acceleratorTypes': 'get list',
  'compute.addresses': 'create delete get list use',
  'compute.diskTypes': 'get list',
  'compute.disks':
    'addResourcePolicies create createSnapshot delete get getIamPolicy list resize setIamPolicy setLabels update use useReadOnly',
  'compute.firewalls': 'create delete get list update',
  'compute.globalOperations': 'delete get list',
  'compute.images':
    'create delete deprecate get getFromFamily getIamPolicy list setIamPolicy setLabels update useReadOnly',
  'compute.instanceTemplates': 'create delete get list useReadOnly',
  'compute.instances':
    'addAccessConfig attachDisk create delete deleteAccessConfig detachDisk get getEffectiveFirewalls getGuestAttributes getIamPolicy ' +
    'getScreenshot getSerialPortOutput getShieldedInstanceIdentity list listReferrers osAdminLogin osLogin reset resume ' +
    'setDeletionProtection setDiskAutoDelete setIamPolicy setLabels setMachineResources setMachineType setMetadata setMinCpuPlatform ' +
    'setName setScheduling setSecurityPolicy setServiceAccount setShieldedInstanceIntegrityPolicy setTags simulateMaintenanceEvent ' +
    'start startWithEncryptionKey stop suspend update updateAccessConfig updateDisplayDevice updateNetworkInterface updateSecurity ' +
    'updateShieldedInstanceConfig use useReadOnly',
  'compute.machineTypes': 'get list',
  'compute.networks': 'access create delete get list mirror update updatePolicy use useExternalIp',
  'compute.projects': 'get setCommonInstanceMetadata',
  'compute.regionOperations': 'delete get list',
  'compute.regions': 'get list',
  'compute.reservations': 'create delete get list resize update',
  'compute.resourcePolicies': 'create delete get list use',
  'compute.routers': 'create delete get list update use',
  'compute.snapshots': 'create delete get list setLabels useReadOnly',
  'compute.subnetworks': 'create delete get getIamPolicy list mirror setIamPolicy update use useExternalIp',
  'compute.zoneOperations': 'delete get list',
  'compute.zones': 'get list',
  'datastore.databases': 'create delete get getMetadata list update',
  'datastore.entities': 'allocateIds create delete get list update',
  'datastore.indexes': 'create delete get list update',
  'datastore.namespaces': 'get list',
  'datastore.operations': 'cancel delete get list',
  'datastore.statistics': 'get list',
  'firebaserules.releases': 'create delete get list update',
  'firebaserules.rulesets': 'create delete get list test',
  'iam.roles': 'create delete get list undelete update',
  'iam.serviceAccountKeys': 'create delete disable enable get list',
  'iam.serviceAccounts':
    'actAs create delete disable enable get getAccessToken getIamPolicy getOpenIdToken implicitDelegation list setIamPolicy signBlob ' +
    'signJwt undelete update',
  'iap.tunnelInstances': 'accessViaIAP getIamPolicy setIamPolicy',
  'logging.logEntries': 'create download list route',
  'logging.logs': 'delete list',
  'monitoring.alertPolicies': 'create delete get list update',
  'monitoring.metricDescriptors': 'create delete get list',
  'monitoring.notificationChannels': 'create delete get list sendVerificationCode update verify',
  'monitoring.timeSeries': 'create list',
  'orgpolicy.policy': 'get set',
  'pubsub.snapshots': 'create delete get list seek update',
  'pubsub.subscriptions': 'consume create delete get getIamPolicy list setIamPolicy update',
  'pubsub.topics':
    'attachSubscription create delete detachSubscription get getIamPolicy list publish setIamPolicy update updateTag',
  'resourcemanager.projects': 'get getIamPolicy setIamPolicy update',
  'run.jobs': 'create delete get getIamPolicy list run setIamPolicy update',
  'run.routes': 'get invoke list',
  'run.services': 'create delete get getIamPolicy list setIamPolicy update',
  'secretmanager.locations': 'get list',
  'secretmanager.secrets': 'create delete get getIamPolicy list setIamPolicy update',
  'secretmanager.versions': 'access add destroy disable enable get list',
  'serviceusage.operations': 'cancel delete get list',
  'serviceusage.quotas': 'get update',
  'serviceusage.services': 'disable enable get list use',
  'storage.buckets':
    'create delete enableObjectRetention get getIamPolicy getObjectInsights list restore setIamPolicy update',
  'storage.folders': 'create delete get list rename',
  'storage.managedFolders': 'create delete get getIamPolicy list setIamPolicy',
  'storage.multipartUploads': 'abort create list listParts',
  'storage.objects':
    'create createContext delete deleteContext get getIamPolicy list move overrideUnlockedRetention restore setIamPolicy setRetention ' +
    'update updateContext',
};

const ALL = new Set(
  Object.entries(KNOWN).flatMap(([resource, verbs]) => verbs.split(' ').map((verb) => `${resource}.${verb}`)),
);

export function isKnownPermission(permission: string): boolean {
  return ALL.has(permission);
}
