// The schema of mymlops.yml. The predecessor's files are valid, with the exceptions that docs/configuration.md lists. Each key
// has a one-sentence description, which the published JSON Schema shows.
import { DEFAULT_DEPLOYMENT, isDeployment } from '@mymlops/protocol';
import * as z from 'zod';
import { isProjectId } from './project-id';
import { type InstanceConfig, instance, instanceType } from './schema-instance';
import {
  duration,
  name,
  outputRepository,
  outputRepositoryChanges,
  repository,
  repositoryChanges,
  text,
} from './schema-types';

const INSTANCE = 'The machine spec: the name of an instance type, or keys, or both.';
const REPOSITORY = "The project's own repository, for links.";
const OUTPUT_REPOSITORY = 'The git repository in which every run becomes a folder.';

const command = text
  .refine((value) => value === '' || value.trim() !== '', 'is empty')
  .describe('The command that runs a notebook, as `<command> "<notebook>"` in the project folder.');
const commitKeys = {
  setup: text.optional().describe('A shell command that runs before it, in the project folder.'),
  ready_command: text
    .optional()
    .describe('A shell command that is repeated after boot until it succeeds, such as nvidia-smi.'),
  max_run: duration()
    .optional()
    .describe('The command is stopped after this time, and its results so far are published. By default 24h.'),
  queue_limit: duration().optional().describe('How long a run may wait for a VM. By default 24h.'),
  max_parallel: z.number().int().min(1).optional().describe('How many runs may have a VM at the same time.'),
  artifacts: z
    .boolean()
    .optional()
    .describe('Whether artifacts are pushed to the output repository too. By default false.'),
  instance: instance.optional().describe(INSTANCE),
};
const commit = z.strictObject({
  command,
  ...commitKeys,
  repository: repository.optional().describe(REPOSITORY),
  output_repository: outputRepository.optional().describe(OUTPUT_REPOSITORY),
});

const startKeys = {
  command: text.optional().describe('The command that starts the server, in the project folder.'),
  instance: instance.optional().describe(INSTANCE),
  idle: duration().optional().describe('The VM is stopped after it was idle for this time. By default 60m.'),
  max_run: duration().optional().describe('The VM is stopped this long after its last start. By default 24h.'),
};
const start = z.strictObject({ ...startKeys, repository: repository.optional().describe(REPOSITORY) });

const profile = z.strictObject({
  commit: z
    .strictObject({
      command: command.optional(),
      ...commitKeys,
      repository: repositoryChanges.optional().describe(REPOSITORY),
      output_repository: outputRepositoryChanges.optional().describe(OUTPUT_REPOSITORY),
    })
    .optional()
    .describe('Keys that replace those of the section commit.'),
  start: z
    .strictObject({ ...startKeys, repository: repositoryChanges.optional().describe(REPOSITORY) })
    .optional()
    .describe('Keys that replace those of the section start.'),
});

const port = z.number().int().min(1).max(65535);
const webAddress = z.url({ protocol: /^https?$/, message: 'not an http or https address' });
const dashboard = z.strictObject({
  links: z
    .union([
      z.record(z.string(), webAddress),
      z.array(
        z.union([
          webAddress,
          z.strictObject({
            name: text.describe('Text of the link.'),
            url: webAddress.describe('Address of the link.'),
          }),
        ]),
      ),
    ])
    .describe('Links at the top of the page.'),
  tunnel: z
    .strictObject({
      local_port_min: port.describe('The first port on this computer.'),
      remote_ports: z.array(port).min(1).describe('Ports of the VM.'),
    })
    .describe('Ports of VMs that can be reached from this computer.'),
});

const YEARS = 3650 * 86_400;
const kept = (what: string) => duration(YEARS).optional().describe(`How long ${what} runs are kept.`);

export const configSchema = z.strictObject({
  project: text
    // A variable without a value has an error of its own.
    .refine(
      (value) => value.includes('$') || isProjectId(value),
      "not a project id: Google Cloud's console shows it beside the project's name",
    )
    .optional()
    .describe("The Google Cloud project's id; `local` is this computer."),
  deployment: z
    .string()
    .refine(isDeployment, 'a deployment name must have at most 20 of a-z, 0-9 and -, and begin with a letter')
    .default(DEFAULT_DEPLOYMENT)
    .describe('Name of the deployment in that project.'),
  instance_types: z.record(name, instanceType).optional().describe('Machine specs by name, for `instance`.'),
  commit: commit.optional().describe('How notebooks are run.'),
  start: start.optional().describe('How interactive VMs are started.'),
  profiles: z.record(name, profile).optional().describe('Named changes to the settings: `commit PROFILE NOTEBOOK`.'),
  notify: z
    .array(z.url({ protocol: /^https$/, message: 'not an https address' }))
    .optional()
    .describe('Addresses that receive a POST when a run has ended.'),
  retention: z
    .strictObject({ succeeded: kept('succeeded'), failed: kept('failed'), cancelled: kept('cancelled') })
    .optional()
    .describe('How long runs and their results are kept. By default for ever.'),
  dashboard: dashboard.optional().describe("Settings of the predecessor's page."),
});

export type Config = z.infer<typeof configSchema>;
export type ProfileConfig = z.infer<typeof profile>;
/** With the instance type resolved: see resolve-commit.ts. */
export type CommitConfig = Omit<z.infer<typeof commit>, 'instance'> & { instance?: InstanceConfig };
