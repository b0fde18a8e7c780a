// Scheduling in the body of an insert and of a setScheduling, checked as strictly as Google does.
import * as z from 'zod';
import type { MachineType } from './catalog';
import { int64, invalidField, parseBody } from './fields';
import type { Scheduling } from './records';

const MIN_RUN_SECONDS = 30;
const MAX_RUN_SECONDS = 120 * 24 * 3600;

export const schedulingSchema = z.looseObject({
  provisioningModel: z.enum(['SPOT', 'STANDARD'], 'Must be SPOT or STANDARD').default('STANDARD'),
  preemptible: z.boolean().optional(),
  instanceTerminationAction: z.enum(['STOP', 'DELETE'], 'Must be STOP or DELETE').optional(),
  maxRunDuration: z.looseObject({ seconds: int64 }).optional(),
  automaticRestart: z.boolean().optional(),
  onHostMaintenance: z.enum(['MIGRATE', 'TERMINATE'], 'Must be MIGRATE or TERMINATE').optional(),
  onInstanceStopAction: z.looseObject({ discardLocalSsd: z.boolean().optional() }).optional(),
});

/** The hardware that the rules depend on. */
export type SchedulingHardware = Pick<MachineType, 'hasAccelerator' | 'hasLocalSsd'>;

/** `field`: its path in the body, for messages. @throws HttpError 400 in Google's words. */
export function schedulingOf(
  given: z.infer<typeof schedulingSchema>,
  { hasAccelerator, hasLocalSsd }: SchedulingHardware,
  field: string,
): Scheduling {
  const at = (name: string): string => `${field}.${name}`;
  const isSpot = given.provisioningModel === 'SPOT' || given.preemptible === true;
  const { instanceTerminationAction, onHostMaintenance, automaticRestart } = given;
  const seconds = given.maxRunDuration?.seconds;
  const discardLocalSsd = given.onInstanceStopAction?.discardLocalSsd;
  if (isSpot && automaticRestart === true) {
    throw invalidField(at('automaticRestart'), true, 'A Spot VM cannot restart automatically.');
  }
  if (isSpot && onHostMaintenance === 'MIGRATE') {
    throw invalidField(at('onHostMaintenance'), onHostMaintenance, 'A Spot VM cannot migrate: use TERMINATE.');
  }
  if (hasAccelerator && !isSpot && onHostMaintenance !== 'TERMINATE') {
    const why = 'Instances with guest accelerators do not support live migration: use TERMINATE.';
    throw invalidField(at('onHostMaintenance'), onHostMaintenance ?? 'MIGRATE', why);
  }
  if (seconds !== undefined && (seconds < MIN_RUN_SECONDS || seconds > MAX_RUN_SECONDS)) {
    const why = `Must be ${MIN_RUN_SECONDS} to ${MAX_RUN_SECONDS} seconds.`;
    throw invalidField(at('maxRunDuration.seconds'), seconds, why);
  }
  if (seconds !== undefined && instanceTerminationAction === undefined) {
    throw invalidField(at('instanceTerminationAction'), '', 'It must be set where maxRunDuration is.');
  }
  if (seconds === undefined && instanceTerminationAction !== undefined && !isSpot) {
    const why = 'It is for Spot VMs and for those with maxRunDuration.';
    throw invalidField(at('instanceTerminationAction'), instanceTerminationAction, why);
  }
  if (seconds !== undefined && instanceTerminationAction === 'STOP' && hasLocalSsd && discardLocalSsd !== true) {
    const why = 'It must be true where a VM with local SSDs is to be stopped.';
    throw invalidField(at('onInstanceStopAction.discardLocalSsd'), discardLocalSsd ?? '', why);
  }
  return {
    provisioningModel: isSpot ? 'SPOT' : 'STANDARD',
    instanceTerminationAction: instanceTerminationAction ?? (isSpot ? 'STOP' : undefined),
    maxRunSeconds: seconds,
    automaticRestart: automaticRestart ?? !isSpot,
    onHostMaintenance: onHostMaintenance ?? (isSpot ? 'TERMINATE' : 'MIGRATE'),
    discardLocalSsd,
  };
}

/**
 * The scheduling after a setScheduling: fields that the body does not name stay, null removes one (gcloud's set-scheduling relies
 * on both). @throws HttpError 400 in Google's words.
 */
export function changedScheduling(
  before: Scheduling,
  body: Record<string, unknown>,
  hardware: SchedulingHardware,
): Scheduling {
  const whole = Object.entries({ ...asGiven(before), ...body }).filter(([, value]) => value !== null);
  return schedulingOf(parseBody(schedulingSchema, Object.fromEntries(whole), 'resource'), hardware, 'resource');
}

/** In the form of the API. */
export function asGiven({ maxRunSeconds, discardLocalSsd, ...given }: Scheduling): Record<string, unknown> {
  return {
    ...given,
    ...(maxRunSeconds !== undefined && { maxRunDuration: { seconds: String(maxRunSeconds) } }),
    ...(discardLocalSsd !== undefined && { onInstanceStopAction: { discardLocalSsd } }),
  };
}
