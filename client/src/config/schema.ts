// What mymlops.yml may say. The predecessor's files are valid, with the exceptions that docs/configuration.md lists. Each key
// has a description of one sentence: the published JSON Schema shows it.
import { DEFAULT_DEPLOYMENT, isDeployment } from '@mymlops/protocol';
import { z } from 'zod';
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

const INSTANCE = 'The machine: the name of an instance type, or keys, or both.';
const REPOSITORY = "The project's own repository, for links.";
const OUTPUT_REPOSITORY = 'The git repository in which every run becomes a folder.';

const command = text
  .refine((value) => value === '' || value.trim() !== '', 'is empty')
  .describe('What runs a notebook: `<command> "<notebook>"`, in the project folder.');
const commitKeys = {
  setup: text.optional().describe('A shell command before that, in the project folder.'),
  ready_command: text
    .optional()
    .describe('A shell command that is repeated after boot until it succeeds, such as nvidia-smi.'),
  max_run: duration()
    .optional()
    .describe('The command is ended after this time, and what is there published. By default 24h.'),
  queue_limit: duration().optional().describe('How long a run waits for a machine at most. By default 24h.'),
  max_parallel: z.number().int().min(1).optional().describe('How many runs have a machine at the same time.'),
  artifacts: z.boolean().optional().describe('Whether artifacts go into the output repository too. By default false.'),
  instance: instance.optional().describe(INSTANCE),
};
const commit = z.strictObject({
  command,
  ...commitKeys,
  repository: repository.optional().describe(REPOSITORY),
  output_repository: outputRepository.optional().describe(OUTPUT_REPOSITORY),
});

const startKeys = {
  command: text.optional().describe('What starts the server, in the project folder.'),
  instance: instance.optional().describe(INSTANCE),
  idle: duration().optional().describe('The machine stops when it was idle for this time. By default 60m.'),
  max_run: duration().optional().describe('The machine stops this time after its last start. By default 24h.'),
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
    .describe('Laid over the section commit.'),
  start: z
    .strictObject({ ...startKeys, repository: repositoryChanges.optional().describe(REPOSITORY) })
    .optional()
    .describe('Laid over the section start.'),
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
          z.strictObject({ name: text.describe('What the link says.'), url: webAddress.describe('Where it leads.') }),
        ]),
      ),
    ])
    .describe('Links shown on top.'),
  tunnel: z
    .strictObject({
      local_port_min: port.describe('The first port on this machine.'),
      remote_ports: z.array(port).min(1).describe('Ports of the machine.'),
    })
    .describe('Ports of machines that are reached from here.'),
});

const YEARS = 3650 * 86_400;
const kept = (what: string) => duration(YEARS).optional().describe(`How long ${what} runs are kept.`);

export const configSchema = z.strictObject({
  project: text
    // A variable without a value is told as that.
    .refine(
      (value) => value.includes('$') || isProjectId(value),
      "not a project id: Google Cloud's console shows it beside the project's name",
    )
    .optional()
    .describe("The Google Cloud project's id; `local` is this machine."),
  deployment: z
    .string()
    .refine(isDeployment, 'a deployment name has at most 20 of a-z, 0-9 and -, and begins with a letter')
    .default(DEFAULT_DEPLOYMENT)
    .describe('Which of the deployments in that project.'),
  instance_types: z.record(name, instanceType).optional().describe('Machines by name, for `instance`.'),
  commit: commit.optional().describe('How notebooks are run.'),
  start: start.optional().describe('How interactive machines are started.'),
  profiles: z.record(name, profile).optional().describe('Changes by name: `commit PROFILE NOTEBOOK`.'),
  notify: z
    .array(z.url({ protocol: /^https$/, message: 'not an https address' }))
    .optional()
    .describe('Addresses that get a POST when a run has ended.'),
  retention: z
    .strictObject({ succeeded: kept('succeeded'), failed: kept('failed'), cancelled: kept('cancelled') })
    .optional()
    .describe('How long runs and their results are kept. By default for ever.'),
  dashboard: dashboard.optional().describe("The predecessor's page."),
});

export type Config = z.infer<typeof configSchema>;
export type ProfileConfig = z.infer<typeof profile>;
/** With its instance resolved: see resolve-commit.ts. */
export type CommitConfig = Omit<z.infer<typeof commit>, 'instance'> & { instance?: InstanceConfig };
