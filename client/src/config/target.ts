// Chooses the project and deployment of a command.
import { join } from 'node:path';
import { hasGpu, LOCAL_PROJECT } from '@mymlops/protocol';
import type { Context, Environment } from '../core/context';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { homeFolder } from '../files/home-folder';
import { readTextIfAny } from '../files/read-text-if-any';
import { CONFIG_FILE } from './project-config';
import { isProjectId } from './project-id';
import { resolveCommit } from './resolve-commit';
import { resolveStart } from './resolve-start';
import type { CommitConfig, Config } from './schema';

export interface Target {
  project: string;
  deployment: string;
}

/** From where a value comes; `gcloud` is a file of gcloud's active configuration. */
export type Source =
  | { kind: 'flag' | 'variable'; name: string }
  | { kind: 'mymlops.yml' }
  | { kind: 'gcloud'; path: string }
  | { kind: 'default' };

export interface ChosenProject {
  /** Undefined if nothing names a project: then it is this computer, unless the file needs Google Cloud. */
  project: string | undefined;
  source: Source;
}

type Surroundings = Pick<Context, 'flags' | 'env'>;

/** The first of: --project or --local, the file, MYMLOPS_PROJECT, GOOGLE_CLOUD_PROJECT, gcloud's active configuration. */
export function chooseProject({ flags, env }: Surroundings, config: Pick<Config, 'project'>): ChosenProject {
  if (flags.project !== undefined) return { project: flags.project, source: { kind: 'flag', name: '--project' } };
  if (flags.local) return { project: LOCAL_PROJECT, source: { kind: 'flag', name: '--local' } };
  if (config.project !== undefined) return { project: config.project, source: { kind: 'mymlops.yml' } };
  const name = ['MYMLOPS_PROJECT', 'GOOGLE_CLOUD_PROJECT'].find((each) => env[each]);
  if (name !== undefined) return { project: env[name], source: { kind: 'variable', name } };
  return gcloudProject(env) ?? { project: undefined, source: { kind: 'default' } };
}

/**
 * The project as chooseProject finds it; without one, this computer. Throws ExpectedError if the file or its `profile` then
 * needs something that only Google Cloud has.
 */
export function resolveTarget(context: Surroundings, config: Config, profile?: string): Target {
  const { project } = chooseProject(context, config);
  if (project === undefined) {
    const wish = wishForGoogle(resolveCommit(config, profile)) ?? wishForGoogle(resolveStart(config, profile));
    if (wish) {
      throw new ExpectedError(
        `${profile === undefined ? CONFIG_FILE : `The profile ${profile}`} needs ${wish}, which only Google Cloud has, but no project is set. Choose where to run:\n  mymlops-client --project ID ...   on Google Cloud\n  mymlops-client --local ...        on this computer, without it`,
      );
    }
  } else if (!isProjectId(project)) {
    throw new ExpectedError(
      `${project} is not a project id. Google Cloud's console shows it beside the project's name.`,
      EXIT.usage,
    );
  }
  return { project: project ?? LOCAL_PROJECT, deployment: config.deployment };
}

/** The first line of every commit. */
export function describeTarget({ project, deployment }: Target): string {
  return project === LOCAL_PROJECT
    ? `local (this computer), deployment ${deployment}`
    : `project ${project} (Google Cloud), deployment ${deployment}`;
}

type Placed = Pick<Partial<CommitConfig>, 'instance' | 'repository' | 'output_repository'>;

function wishForGoogle(section: Placed | undefined): string | null {
  const { snapshot, accelerator, machine_type: machineType } = section?.instance ?? {};
  if (snapshot) return 'a snapshot';
  if (accelerator) return 'an accelerator';
  if (machineType && hasGpu(machineType, {})) return `an accelerator (${machineType})`;
  return section?.repository?.deploy_key || section?.output_repository?.deploy_key ? 'a deploy_key' : null;
}

/** A line for a file with a machine spec that runs on this computer; null if there is nothing to say. */
export function describeLocalLimits({ project }: Target, section: Partial<CommitConfig>): string | null {
  const keys = Object.entries(section.instance ?? {}).flatMap(([key, value]) => (value === undefined ? [] : [key]));
  if (project !== LOCAL_PROJECT || keys.length === 0) return null;
  const names = keys.map((key) => `instance.${key}`).join(', ');
  return `Running on this computer: ${names} ${keys.length > 1 ? 'are' : 'is'} ignored.`;
}

/** The project of gcloud's active configuration, read from its files: starting gcloud takes a second. */
function gcloudProject(env: Environment): ChosenProject | undefined {
  const folder = env['CLOUDSDK_CONFIG'] || join(homeFolder(env), '.config', 'gcloud');
  const read = (file: string): string => readTextIfAny(file) ?? '';
  const name = env['CLOUDSDK_ACTIVE_CONFIG_NAME'] || read(join(folder, 'active_config')).trim() || 'default';
  if (!/^[A-Za-z0-9_-]+$/.test(name)) return undefined;
  const path = join(folder, 'configurations', `config_${name}`);
  const core = /^\[core\][^[]*/m.exec(read(path))?.[0];
  const project = /^\s*project\s*=\s*(\S+)/m.exec(core ?? '')?.[1];
  return project === undefined ? undefined : { project, source: { kind: 'gcloud', path } };
}
