// The command line of the local cloud's process, checked as a whole.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  DEFAULT_DEPLOYMENT,
  DEFAULT_GRACE_SECONDS,
  DEPLOYMENT_RULE,
  EMULATED,
  type Emulators,
  isDeployment,
  isLoopbackAddress,
} from '@mymlops/protocol';

export interface Settings {
  folder: string;
  deployment: string;
  /** The zip with the functions that is deployed on Google, or a module that registers them. */
  functions: string;
  sweepSeconds: number;
  graceSeconds: number;
  idleMinutes: number;
  heartbeatSeconds: number;
  progressSeconds: number;
  /** Google's emulators to use. Only flags set them: a stale environment variable must not send data elsewhere. */
  emulators: Emulators;
  /** Delete the VMs and everything in the folder instead of starting. */
  destroy: boolean;
}

/** The message lists every mistake. */
export class UsageError extends Error {}

/** Reads `args` (without node and the script). Throws UsageError. */
export function readSettings(args: string[], defaultFunctions: string): Readonly<Settings> {
  const values = parse(args);
  const errors: string[] = [];
  const amount = (
    name: 'sweep-seconds' | 'grace-seconds' | 'idle-minutes' | 'heartbeat-seconds' | 'progress-seconds',
    isWhole: boolean,
  ) => {
    const value = Number(values[name]);
    const isGood = Number.isFinite(value) && value > 0 && (!isWhole || Number.isInteger(value));
    if (!isGood) errors.push(`--${name}: must be a ${isWhole ? 'whole ' : ''}number above 0, not ${values[name]}`);
    return value;
  };
  const emulators: Emulators = {};
  for (const service of EMULATED) {
    const address = values[`${service}-emulator`];
    if (address === undefined) continue;
    if (isLoopbackAddress(address)) emulators[service] = address;
    else
      errors.push(`--${service}-emulator: must be an address of this computer, such as 127.0.0.1:8080, not ${address}`);
  }
  if (values.state === undefined || values.state === '') errors.push('--state: is missing');
  if (!isDeployment(values.deployment)) errors.push(`--deployment: ${DEPLOYMENT_RULE}, not ${values.deployment}`);
  const settings: Settings = {
    folder: resolve(values.state ?? ''),
    deployment: values.deployment,
    functions: resolve(values.functions ?? defaultFunctions),
    sweepSeconds: amount('sweep-seconds', false),
    idleMinutes: amount('idle-minutes', false),
    // The functions accept only whole numbers.
    graceSeconds: amount('grace-seconds', true),
    heartbeatSeconds: amount('heartbeat-seconds', true),
    progressSeconds: amount('progress-seconds', true),
    emulators,
    destroy: values.destroy,
  };
  if (errors.length > 0) throw new UsageError(errors.join('; '));
  return Object.freeze(settings);
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        state: { type: 'string' },
        deployment: { type: 'string', default: DEFAULT_DEPLOYMENT },
        functions: { type: 'string' },
        'sweep-seconds': { type: 'string', default: '60' },
        'grace-seconds': { type: 'string', default: String(DEFAULT_GRACE_SECONDS) },
        'idle-minutes': { type: 'string', default: '10' },
        'heartbeat-seconds': { type: 'string', default: '5' },
        'progress-seconds': { type: 'string', default: '1' },
        'firestore-emulator': { type: 'string' },
        'pubsub-emulator': { type: 'string' },
        destroy: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
