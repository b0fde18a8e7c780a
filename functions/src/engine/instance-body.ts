// The body of the instances.insert call for an attempt. Pure.
import { base64, LABELS, sourceObject, type Attempt, type CommitRequest, type VmMetadata } from '@mymlops/protocol';

/** Settings of the deployment that a VM is made from. */
export interface VmSettings {
  project: string;
  deployment: string;
  bucket: string;
  eventsTopic: string;
  storageUrl: string;
  pubsubUrl: string;
  /** Image of the boot disk, `projects/P/global/images/family/F`. */
  image: string;
  machineType: string;
  diskSizeGb: number;
  network?: string;
  serviceAccount?: string;
  heartbeatSeconds: number;
  progressSeconds: number;
  startupScript: string;
  shutdownScript: string;
  /** The committing shell's variables may be handed to the command: on this machine only. */
  allowEnvironment: boolean;
}

/** The part of Compute's Instance that we send (https://cloud.google.com/compute/docs/reference/rest/v1/instances). */
export interface InstanceBody {
  name: string;
  machineType: string;
  labels: Record<string, string>;
  disks: {
    boot: boolean;
    autoDelete: boolean;
    initializeParams: { diskName: string; sourceImage: string; diskSizeGb: string; labels: Record<string, string> };
  }[];
  networkInterfaces: { network: string; accessConfigs: { type: string; name: string }[] }[];
  serviceAccounts: { email: string; scopes: string[] }[];
  scheduling: {
    provisioningModel: 'SPOT' | 'STANDARD';
    automaticRestart: boolean;
    onHostMaintenance: 'TERMINATE';
    instanceTerminationAction: 'DELETE';
    maxRunDuration: { seconds: string };
  };
  metadata: { items: { key: string; value: string }[] };
}

/** Seconds until the first report, after which a VM counts as not provisioned. */
const PROVISIONING_SECONDS = 600;
/** Seconds for `setup`, at most: it has its own time, so that a slow one does not eat the notebook's. */
const SETUP_SECONDS = 1800;
/** Seconds after the command, at most: uploads and outcome that wait for a bucket that is away, then the push. */
const PUBLISH_SECONDS = 2400;

/** Google ends the VM after this, whatever becomes of us. */
export function maxRunDurationSeconds(request: CommitRequest): number {
  const setupSeconds = request.setup === undefined ? 0 : SETUP_SECONDS;
  return PROVISIONING_SECONDS + setupSeconds + request.maxRunSeconds + PUBLISH_SECONDS + request.keepSeconds;
}

export function instanceBody(
  request: CommitRequest,
  attempt: number,
  decided: Attempt['decided'],
  settings: VmSettings,
): InstanceBody {
  const labels = {
    [LABELS.deployment]: settings.deployment,
    [LABELS.kind]: 'commit',
    [LABELS.run]: request.run,
    [LABELS.attempt]: String(attempt),
  };
  return {
    name: decided.vm,
    machineType: `zones/${decided.zone}/machineTypes/${decided.machine}`,
    labels,
    disks: [
      {
        boot: true,
        autoDelete: true,
        initializeParams: {
          diskName: decided.vm,
          sourceImage: settings.image,
          diskSizeGb: String(settings.diskSizeGb),
          labels,
        },
      },
    ],
    networkInterfaces: [
      {
        network: settings.network ?? 'global/networks/default',
        accessConfigs: [{ type: 'ONE_TO_ONE_NAT', name: 'External NAT' }],
      },
    ],
    serviceAccounts: [
      { email: settings.serviceAccount ?? 'default', scopes: ['https://www.googleapis.com/auth/cloud-platform'] },
    ],
    scheduling: {
      provisioningModel: decided.provisioning === 'spot' ? 'SPOT' : 'STANDARD',
      automaticRestart: false,
      onHostMaintenance: 'TERMINATE',
      instanceTerminationAction: 'DELETE',
      maxRunDuration: { seconds: String(decided.maxRunDurationSeconds) },
    },
    metadata: { items: metadataItems(request, attempt, settings) },
  };
}

function metadataItems(request: CommitRequest, attempt: number, settings: VmSettings) {
  const output = request.outputRepository;
  const environment = settings.allowEnvironment ? request.environment : undefined;
  const values: VmMetadata = {
    'mymlops-project': settings.project,
    'mymlops-deployment': settings.deployment,
    'mymlops-run': request.run,
    'mymlops-attempt': String(attempt),
    'mymlops-bucket': settings.bucket,
    'mymlops-events-topic': settings.eventsTopic,
    'mymlops-storage-url': settings.storageUrl,
    'mymlops-pubsub-url': settings.pubsubUrl,
    'mymlops-source-object': sourceObject(request.source.tree),
    'mymlops-source-commit': request.source.commit,
    'mymlops-notebook-64': base64(request.notebook),
    'mymlops-command-64': base64(request.command),
    'mymlops-params-64': base64(JSON.stringify(request.params)),
    'mymlops-max-run-seconds': String(request.maxRunSeconds),
    'mymlops-setup-seconds': String(SETUP_SECONDS),
    'mymlops-keep-seconds': String(request.keepSeconds),
    'mymlops-artifacts': String(request.artifacts),
    'mymlops-heartbeat-seconds': String(settings.heartbeatSeconds),
    'mymlops-progress-seconds': String(settings.progressSeconds),
    ...(request.setup && { 'mymlops-setup-64': base64(request.setup) }),
    ...(environment && { 'mymlops-environment-64': base64(environmentLines(environment)) }),
    ...(output && {
      'mymlops-output-url-64': base64(output.url),
      'mymlops-output-branch-64': base64(output.branch),
      'mymlops-author-name-64': base64(output.author.name),
      'mymlops-author-email-64': base64(output.author.email),
    }),
  };
  return [
    ...Object.entries(values).map(([key, value]) => ({ key, value: String(value) })),
    { key: 'startup-script', value: settings.startupScript },
    { key: 'shutdown-script', value: settings.shutdownScript },
  ];
}

function environmentLines(environment: Record<string, string>): string {
  return Object.entries(environment)
    .map(([name, value]) => `${name}=${base64(value)}\n`)
    .join('');
}
