// The metadata of a run's VM. Pure.
import {
  base64,
  parametersJson,
  parametersOf,
  sourceObjectsOf,
  type Attempt,
  type CommitRequest,
  type RunMetadata,
} from '@mymlops/protocol';
import type { Settings } from '../settings';
import { vmMetadata } from '../vm/metadata';
import { readyCommandOf } from './ready-command';
import { SETUP_SECONDS } from './time-budget';

/** Every value that the VM's scripts read. */
export function runMetadata(
  request: CommitRequest,
  number: number,
  { vm, checkpoint }: Attempt,
  settings: Settings,
): RunMetadata {
  const output = request.outputRepository;
  const ready = readyCommandOf(request, vm.machine);
  const environment = settings.allowEnvironment ? request.environment : undefined;
  return {
    ...vmMetadata(vm, settings),
    'mymlops-run': request.run,
    'mymlops-attempt': String(number),
    'mymlops-source-object': sourceObjectsOf(request.source).join(':'),
    'mymlops-source-commit': request.source.commit,
    'mymlops-notebook-64': base64(request.notebook),
    'mymlops-command-64': base64(request.command),
    'mymlops-params-64': base64(parametersJson(parametersOf(request))),
    'mymlops-max-run-seconds': String(request.maxRunSeconds),
    'mymlops-setup-seconds': String(SETUP_SECONDS),
    'mymlops-keep-seconds': String(request.keepSeconds),
    'mymlops-artifacts': String(request.artifacts),
    ...(request.setup && { 'mymlops-setup-64': base64(request.setup) }),
    ...(request.env && { 'mymlops-env-64': base64(environmentLines(request.env)) }),
    ...(request.secrets && { 'mymlops-secrets': request.secrets.join(':') }),
    ...(request.setupSecrets && { 'mymlops-setup-secrets': request.setupSecrets.join(':') }),
    ...(ready && { 'mymlops-ready-64': base64(ready) }),
    ...(checkpoint && { 'mymlops-checkpoint-64': base64(checkpoint) }),
    ...(environment && { 'mymlops-environment-64': base64(environmentLines(environment)) }),
    ...(output && {
      'mymlops-output-url-64': base64(output.url),
      'mymlops-output-branch-64': base64(output.branch),
      ...(settings.allowEnvironment && output.safe && { 'mymlops-output-safe': 'true' as const }),
      ...(output.deployKey !== undefined && { 'mymlops-output-key': output.deployKey }),
      ...(output.knownHosts !== undefined && { 'mymlops-output-known-hosts-64': base64(output.knownHosts) }),
      'mymlops-author-name-64': base64(output.author.name),
      'mymlops-author-email-64': base64(output.author.email),
    }),
  };
}

function environmentLines(environment: Record<string, string>): string {
  return Object.entries(environment)
    .map(([name, value]) => `${name}=${base64(value)}\n`)
    .join('');
}
