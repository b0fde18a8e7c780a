// The metadata of an attempt's VM. Pure.
import {
  base64,
  parametersJson,
  parametersOf,
  sourceObjectsOf,
  type Attempt,
  type CommitRequest,
  type VmMetadata,
} from '@mymlops/protocol';
import type { VmSettings } from '../vm/insert-body';

/** Seconds for `setup`, at most: it has its own time, so that a slow one does not eat the notebook's. */
export const SETUP_SECONDS = 1800;

/** Every value that the VM's scripts read, and the scripts. */
export function metadataItems(
  request: CommitRequest,
  { attempt, decided }: { attempt: number; decided: Attempt['decided'] },
  settings: VmSettings,
): { key: string; value: string }[] {
  const output = request.outputRepository;
  const environment = settings.allowEnvironment ? request.environment : undefined;
  const values: VmMetadata = {
    'mymlops-project': settings.project,
    'mymlops-deployment': settings.deployment,
    'mymlops-run': request.run,
    'mymlops-attempt': String(attempt),
    'mymlops-decided-at': String(Math.floor(Date.parse(decided.at) / 1000)),
    'mymlops-bucket': settings.bucket,
    'mymlops-events-topic': settings.eventsTopic,
    'mymlops-storage-url': settings.storageUrl,
    'mymlops-pubsub-url': settings.pubsubUrl,
    'mymlops-source-object': sourceObjectsOf(request.source).join(':'),
    'mymlops-source-commit': request.source.commit,
    'mymlops-notebook-64': base64(request.notebook),
    'mymlops-command-64': base64(request.command),
    'mymlops-params-64': base64(parametersJson(parametersOf(request))),
    'mymlops-max-run-seconds': String(request.maxRunSeconds),
    'mymlops-setup-seconds': String(SETUP_SECONDS),
    'mymlops-keep-seconds': String(request.keepSeconds),
    'mymlops-artifacts': String(request.artifacts),
    'mymlops-heartbeat-seconds': String(settings.heartbeatSeconds),
    'mymlops-progress-seconds': String(settings.progressSeconds),
    ...(request.setup && { 'mymlops-setup-64': base64(request.setup) }),
    ...(request.readyCommand && { 'mymlops-ready-64': base64(request.readyCommand) }),
    ...(decided.checkpoint && { 'mymlops-checkpoint-64': base64(decided.checkpoint) }),
    ...(environment && { 'mymlops-environment-64': base64(environmentLines(environment)) }),
    ...(output && {
      'mymlops-output-url-64': base64(output.url),
      'mymlops-output-branch-64': base64(output.branch),
      ...(settings.allowEnvironment && output.safe && { 'mymlops-output-safe': 'true' as const }),
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
