// Messages that clients publish to the requests topic about interactive instances. Each names (name, uid, period): for a period
// that is over it changes nothing.
import * as z from 'zod/mini';
import { INSTANCE_NAME_RULE, isInstanceName, isInstanceUid } from '../naming/instances';
import { isVariableName, VARIABLE_RULE } from '../naming/secrets';
import { machineSpec } from '../vm/machine-spec';
import { repositoryFields, sourceFields } from './run-requests';

const name = z.string().check(z.refine(isInstanceName, INSTANCE_NAME_RULE));
const uid = z.string().check(z.refine(isInstanceUid, 'not the uid of an instance'));
const period = z.int().check(z.positive());
const time = z.iso.datetime();
const person = z.string().check(z.maxLength(200));
const variableName = z.string().check(z.refine(isVariableName, VARIABLE_RULE));
const secretNames = z.array(variableName).check(z.minLength(1), z.maxLength(50));

const DAY = 86_400;
/** Seconds: the defaults of an instance, and the most that one may have. */
export const INSTANCE_SECONDS = {
  /** Idle for so long, it is stopped. */
  idle: { default: 3600, least: 60, most: 30 * DAY },
  /** So long after its start it is stopped, busy or not. */
  softStop: { default: DAY, most: 100 * DAY },
  /** So long after its start Google stops it, whatever mymlops does (maxRunDuration). */
  max: { default: 3 * DAY, most: 100 * DAY },
  /** So long a start waits for a slot and for capacity. */
  wait: { default: 600, most: 7 * DAY },
} as const;

const seconds = (most: number, least = 1) => z.int().check(z.gte(least), z.lte(most));

/** A process that the agent keeps running on the VM, and a port that answers when it is ready. */
const service = z.strictObject({
  name: z.string().check(z.regex(/^[a-z](?:[a-z0-9-]{0,22}[a-z0-9])?$/)),
  command: z.string().check(z.minLength(1), z.maxLength(10_000)),
  port: z.int().check(z.gte(1024), z.lte(65_535)),
  /** Answers with a status under 500 when the service is ready. */
  path: z._default(z.string().check(z.regex(/^\/[\x21-\x7e]*$/)), '/'),
  /** The variable in which the command gets the token that the VM made. Absent: the service has an authentication of its own. */
  tokenVariable: z.optional(variableName),
});
export type InstanceService = z.infer<typeof service>;

export const instanceSpec = z.strictObject({
  profile: z.optional(z.string()),
  machine: machineSpec,
  /** The project on the VM, at its first boot only. */
  source: z.optional(sourceFields),
  repository: z.optional(repositoryFields),
  /** Run with `bash -c` in the project folder at the first boot, until it has succeeded once. */
  setup: z.optional(z.string()),
  setupSecrets: z.optional(secretNames),
  /** Run so at every boot, before the services. */
  startCommand: z.optional(z.string()),
  env: z.optional(z.record(variableName, z.string())),
  secrets: z.optional(secretNames),
  services: z.array(service).check(z.maxLength(10)),
  idleSeconds: seconds(INSTANCE_SECONDS.idle.most, INSTANCE_SECONDS.idle.least),
  softStopSeconds: seconds(INSTANCE_SECONDS.softStop.most),
  maxSeconds: seconds(INSTANCE_SECONDS.max.most, 600),
  /** Variables of the user's shell. Local only. */
  environment: z.optional(z.record(z.string().check(z.regex(/^[A-Za-z_][A-Za-z0-9_]*$/)), z.string())),
});
export type InstanceSpec = z.infer<typeof instanceSpec>;

const fields = z.strictObject({ v: z.literal(1), name, uid, by: person, at: time });

/** Creates the instance with period 1, or asks for the next period of one that is stopped. */
export const startRequest = z.extend(fields, {
  type: z.literal('start'),
  period,
  spec: instanceSpec,
  waitSeconds: seconds(INSTANCE_SECONDS.wait.most),
});
export type StartRequest = z.infer<typeof startRequest>;

/** Ends the period: the disk stays. */
export const stopRequest = z.extend(fields, { type: z.literal('stop'), period });

/** Neither idleness nor the soft stop ends the period before `until`; the latest counts. */
export const extendRequest = z.extend(fields, { type: z.literal('extend'), period, until: time });

/** Ends everything: VMs and disks of this uid are deleted. */
export const deleteRequest = z.extend(fields, { type: z.literal('delete') });

export type InstanceRequest =
  StartRequest | z.infer<typeof stopRequest> | z.infer<typeof extendRequest> | z.infer<typeof deleteRequest>;

/** The part of a start that can be read even if the rest is not understood. */
export const startEnvelope = z.looseObject({ type: z.literal('start'), name });
