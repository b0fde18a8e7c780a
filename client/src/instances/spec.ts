// The section `start` of mymlops.yml -> the specification of an instance, without its source.
import { INSTANCE_SECONDS, type InstanceSpec, LOCAL_PROJECT } from '@mymlops/protocol';
import type { StartConfig } from '../config/schema';
import type { Target } from '../config/target';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { machineSpecOf } from '../runs/commit/machine-spec';
import { durationOption } from './duration-option';

export interface SpecOptions {
  profile?: string | undefined;
  /** `--max`. */
  max?: string | undefined;
}

/** A snapshot, or a repository to clone. */
export type SpecWithoutSource = Omit<InstanceSpec, 'source' | 'repository' | 'environment'>;

/** Throws ExpectedError for times that contradict each other, and for a provisioning that only runs have. */
export function specOf(config: StartConfig, target: Target, { profile, max }: SpecOptions): SpecWithoutSource {
  const { secrets, setup_secrets: setupSecrets, setup, command, env } = config;
  const spec = {
    ...{ profile, machine: machineOf(config, target), setup, startCommand: command, env },
    secrets: secrets && [...new Set(secrets)],
    setupSecrets: setupSecrets && [...new Set(setupSecrets)],
    services: Object.entries(config.services ?? {}).map(([name, { token, path = '/', ...service }]) => ({
      ...{ name, path, ...service },
      ...(token !== undefined && { tokenVariable: token }),
    })),
    idleSeconds: config.idle ?? INSTANCE_SECONDS.idle.default,
    ...limitsOf(config, max),
  };
  // Without keys that have no value: the document has none either, and the two are compared.
  return JSON.parse(JSON.stringify(spec)) as SpecWithoutSource;
}

/** A VM that Google may take back at any moment loses its kernels: standard, unless the file says otherwise. */
function machineOf({ instance }: StartConfig, target: Target): InstanceSpec['machine'] {
  const provisioning = target.project === LOCAL_PROJECT ? undefined : instance?.provisioning;
  if (provisioning === 'spot_then_standard') {
    throw new ExpectedError(
      '`provisioning: spot_then_standard` is for runs, which are repeated. In `start`, write: instance: {provisioning: standard}',
    );
  }
  return { ...machineSpecOf(instance, target), provisioning: provisioning ?? 'standard' };
}

function limitsOf(
  { soft_stop: softStop, max: configured }: StartConfig,
  option: string | undefined,
): Pick<InstanceSpec, 'softStopSeconds' | 'maxSeconds'> {
  const asked =
    option === undefined ? undefined : durationOption('--max', option, { least: 600, ...INSTANCE_SECONDS.max });
  if (asked === undefined && configured !== undefined && softStop !== undefined && softStop > configured) {
    throw new ExpectedError(
      '`start.soft_stop` is longer than `start.max`, at which Google stops the VM. Make max longer, or soft_stop shorter.',
      EXIT.error,
    );
  }
  const soft = softStop ?? INSTANCE_SECONDS.softStop.default;
  const maxSeconds = asked ?? configured ?? Math.max(INSTANCE_SECONDS.max.default, soft);
  // Google's limit ends it then, and its user sees one time.
  return { softStopSeconds: Math.min(soft, maxSeconds), maxSeconds };
}
