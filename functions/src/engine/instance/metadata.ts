// The metadata of an instance's VM, at its insert and again at each start: a stopped VM's may be months old. Pure.
import {
  base64,
  currentPeriodNumber,
  sourceObjectsOf,
  type InstanceMetadata,
  type InstanceSpec,
  type VmRecord,
} from '@mymlops/protocol';
import type { Settings } from '../settings';
import { vmMetadata } from '../vm/metadata';

export interface NamedInstance {
  name: string;
  uid: string;
  number: number;
  spec: InstanceSpec;
  vm: VmRecord;
}

/** Every value that the VM's scripts read. */
export function instanceMetadata({ name, uid, number, spec, vm }: NamedInstance, settings: Settings): InstanceMetadata {
  const { source, repository, services } = spec;
  const environment = settings.allowEnvironment ? spec.environment : undefined;
  return {
    ...vmMetadata(vm, settings),
    'mymlops-instance': name,
    'mymlops-uid': uid,
    'mymlops-vm': String(number),
    'mymlops-period': String(currentPeriodNumber(vm)),
    'mymlops-idle-seconds': String(spec.idleSeconds),
    'mymlops-soft-stop-seconds': String(spec.softStopSeconds),
    'mymlops-services-64': base64(services.map(serviceLine).join('')),
    ...(source && {
      'mymlops-source-object': sourceObjectsOf(source).join(':'),
      'mymlops-source-commit': source.commit,
    }),
    ...(repository && {
      'mymlops-repository-url-64': base64(repository.url),
      'mymlops-repository-branch-64': base64(repository.branch),
    }),
    ...(spec.setup !== undefined && { 'mymlops-setup-64': base64(spec.setup) }),
    ...(spec.setupSecrets && { 'mymlops-setup-secrets': spec.setupSecrets.join(':') }),
    ...(spec.startCommand !== undefined && { 'mymlops-start-64': base64(spec.startCommand) }),
    ...(spec.env && { 'mymlops-env-64': base64(linesOf(spec.env)) }),
    ...(spec.secrets && { 'mymlops-secrets': spec.secrets.join(':') }),
    ...(environment && { 'mymlops-environment-64': base64(linesOf(environment)) }),
  };
}

/** `name port path-64 token-variable command-64`, `-` where the service has no such variable. */
const serviceLine = ({ name, port, path, tokenVariable, command }: InstanceSpec['services'][number]): string =>
  `${[name, port, base64(path), tokenVariable ?? '-', base64(command)].join(' ')}\n`;

const linesOf = (values: Record<string, string>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${base64(value)}\n`)
    .join('');
