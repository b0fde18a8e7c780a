// The schema of mymlops.yml. The predecessor's files are valid, with the exceptions that docs/configuration.md lists. Each key
// has a one-sentence description, which the published JSON Schema shows.
import { DEFAULT_DEPLOYMENT, DEPLOYMENT_RULE, isDeployment } from '@mymlops/protocol';
import * as z from 'zod/mini';
import { isProjectId } from './project-id';
import { type MachineConfig, machineChoice, namedMachine } from './schema-machine';
import { startKeys } from './schema-start';
import {
  described,
  duration,
  name,
  optional,
  outputRepository,
  outputRepositoryChanges,
  repository,
  repositoryChanges,
  secretNames,
  text,
  variables,
} from './schema-types';

const MACHINE = 'The machine spec: the name of an instance type, or keys, or both.';
const REPOSITORY = "The project's own repository, for links.";
const CLONED = 'The repository that is cloned at the first boot, instead of a snapshot of this folder.';
const OUTPUT_REPOSITORY = 'The git repository in which every run becomes a folder.';

const command = text.check(
  z.refine((value) => value === '' || value.trim() !== '', 'is empty'),
  z.describe('The command that runs a notebook, as `<command> "<notebook>"` in the project folder.'),
);
const commitKeys = {
  setup: optional('A shell command that runs before it, in the project folder.', text),
  env: optional('Variables for setup and command. They are stored with the run: no place for secrets.', variables),
  secrets: optional('Names of secrets that the command gets as variables. See `secrets set`.', secretNames),
  setup_secrets: optional('The same for setup.', secretNames),
  ready_command: optional('A shell command that is repeated after boot until it succeeds, such as nvidia-smi.', text),
  max_run: optional(
    'The command is stopped after this time, and its results so far are published. By default 24h.',
    duration(),
  ),
  queue_limit: optional('How long a run may wait for a VM. By default 24h.', duration()),
  max_parallel: optional('How many runs may have a VM at the same time.', z.int().check(z.gte(1))),
  artifacts: optional('Whether artifacts are pushed to the output repository too. By default false.', z.boolean()),
  instance: optional(MACHINE, machineChoice),
};
const commit = z.strictObject({
  command,
  ...commitKeys,
  repository: optional(REPOSITORY, repository),
  output_repository: optional(OUTPUT_REPOSITORY, outputRepository),
});

const start = z.strictObject({ ...startKeys, repository: optional(CLONED, repository) });

const profile = z.strictObject({
  commit: optional(
    'Keys that replace those of the section commit.',
    z.strictObject({
      command: z.optional(command),
      ...commitKeys,
      repository: optional(REPOSITORY, repositoryChanges),
      output_repository: optional(OUTPUT_REPOSITORY, outputRepositoryChanges),
    }),
  ),
  start: optional(
    'Keys that replace those of the section start.',
    z.strictObject({ ...startKeys, repository: optional(CLONED, repositoryChanges) }),
  ),
});

const port = z.int().check(z.gte(1), z.lte(65535));
const webAddress = z.url({ protocol: /^https?$/, message: 'not an http or https address' });
const dashboard = z.strictObject({
  links: described(
    'Links at the top of the page.',
    z.union([
      z.record(z.string(), webAddress),
      z.array(
        z.union([
          webAddress,
          z.strictObject({
            name: described('Text of the link.', text),
            url: described('Address of the link.', webAddress),
          }),
        ]),
      ),
    ]),
  ),
  tunnel: described(
    'Ports of VMs that can be reached from this computer.',
    z.strictObject({
      local_port_min: described('The first port on this computer.', port),
      remote_ports: described('Ports of the VM.', z.array(port).check(z.minLength(1))),
    }),
  ),
});

const YEARS = 3650 * 86_400;
const kept = (what: string) => optional(`How long ${what} runs are kept.`, duration(YEARS));

export const configSchema = z.strictObject({
  project: optional(
    "The Google Cloud project's id; `local` is this computer.",
    text.check(
      z.refine(
        // A variable without a value has an error of its own.
        (value) => value.includes('$') || isProjectId(value),
        "not a project id: Google Cloud's console shows it beside the project's name",
      ),
    ),
  ),
  deployment: described(
    'Name of the deployment in that project.',
    z._default(z.string().check(z.refine(isDeployment, DEPLOYMENT_RULE)), DEFAULT_DEPLOYMENT),
  ),
  instance_types: optional('Machine specs by name, for `instance`.', z.record(name, namedMachine)),
  commit: optional('How notebooks are run.', commit),
  start: optional('How interactive VMs are started.', start),
  profiles: optional('Named changes to the settings: `commit PROFILE NOTEBOOK`.', z.record(name, profile)),
  notify: optional(
    'Addresses that receive a POST when a run has ended.',
    z.array(z.url({ protocol: /^https$/, message: 'not an https address' })),
  ),
  retention: optional(
    'How long runs and their results are kept. By default for ever.',
    z.strictObject({ succeeded: kept('succeeded'), failed: kept('failed'), cancelled: kept('cancelled') }),
  ),
  dashboard: optional("Settings of the predecessor's page.", dashboard),
});

export type Config = z.infer<typeof configSchema>;
/** With the instance type resolved: see resolve-commit.ts. */
export type CommitConfig = Omit<z.infer<typeof commit>, 'instance'> & { instance?: MachineConfig };
/** The same: see resolve-start.ts. */
export type StartConfig = Omit<z.infer<typeof start>, 'instance'> & { instance?: MachineConfig };
