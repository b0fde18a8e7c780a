// The section `start` of mymlops.yml: interactive VMs.
import { INSTANCE_SECONDS } from '@mymlops/protocol';
import * as z from 'zod/mini';
import { machineChoice } from './schema-machine';
import { described, duration, optional, secretNames, text, variableName, variables } from './schema-types';

const MAX_SERVICES = 10;

const service = z.strictObject({
  command: described(
    'Runs on the VM until it is stopped, in the project folder. $MYMLOPS_BIND and $MYMLOPS_PORT say where it listens.',
    text.check(z.maxLength(10_000)),
  ),
  port: described('Its port on the VM, from 1024 on.', z.int().check(z.gte(1024), z.lte(65_535))),
  path: optional(
    'A path that answers when the service is ready. By default /.',
    z.string().check(z.regex(/^\/[\x21-\x7e]*$/, 'not a path: write it with / first and without spaces')),
  ),
  token: optional(
    'The variable in which the command gets a token that the VM makes, such as JUPYTER_TOKEN.',
    variableName,
  ),
});
export type ServiceConfig = z.infer<typeof service>;

const serviceName = z
  .string()
  .check(
    z.regex(
      /^[a-z](?:[a-z0-9-]{0,22}[a-z0-9])?$/,
      'a service has at most 24 of a-z, 0-9 and - in its name, begins with a letter, and ends with a letter or a digit',
    ),
  );

const services = z.record(serviceName, service).check(
  z.refine((value) => Object.keys(value).length <= MAX_SERVICES, `has more than ${MAX_SERVICES} services`),
  z.refine(
    (value) => new Set(Object.values(value).map(({ port }) => port)).size === Object.keys(value).length,
    'two of the services have the same port: give each its own',
  ),
);

const { idle, softStop, max, wait } = INSTANCE_SECONDS;

/** All but the repository, whose keys are optional in a profile. */
export const startKeys = {
  command: optional(
    'A shell command that runs at every boot before the services, in the project folder. It must end.',
    text,
  ),
  services: optional('Programs that run on the VM, by name. The first is the one that `start` opens.', services),
  setup: optional('A shell command that runs at the first boot, until it has succeeded once.', text),
  env: optional(
    'Variables for all of these commands. They are stored with the instance: no place for secrets.',
    variables,
  ),
  secrets: optional('Names of secrets that command and services get as variables. See `secrets set`.', secretNames),
  setup_secrets: optional('The same for setup.', secretNames),
  instance: optional('The machine spec: the name of an instance type, or keys, or both.', machineChoice),
  idle: optional('The VM is stopped when it was idle for this time. By default 60m.', duration(idle.most, idle.least)),
  soft_stop: optional(
    'The VM is stopped this long after its start, busy or not. By default 24h.',
    duration(softStop.most),
  ),
  max_run: optional('Another name of soft_stop.', duration(softStop.most)),
  max: optional(
    'Google stops the VM this long after its start, whatever mymlops does. By default 72h.',
    duration(max.most, 600),
  ),
  wait: optional('How long a start waits for a VM. By default 10m.', duration(wait.most)),
};
