// Chooses the project and deployment of a command.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasGpu, LOCAL_PROJECT } from '@mymlops/protocol';
import type { Context, Environment } from '../core/context';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { homeFolder } from '../files/home-folder';
import { CONFIG_FILE } from './project-config';
import { isProjectId } from './project-id';
import { resolveCommit, resolveStart } from './resolve-commit';
import type { CommitConfig, Config } from './schema';

export interface Target {
  project: string;
  deployment: string;
}

/**
 * The first of: --project or --local, the file, MYMLOPS_PROJECT, GOOGLE_CLOUD_PROJECT, gcloud's active configuration.
 * Without any of these, this computer. Throws ExpectedError if the file or its `profile` then needs something that only
 * Google Cloud has.
 */
export function resolveTarget(context: Pick<Context, 'flags' | 'env'>, config: Config, profile?: string): Target {
  const { flags, env } = context;
  const project =
    flags.project ??
    (flags.local ? LOCAL_PROJECT : undefined) ??
    config.project ??
    (env['MYMLOPS_PROJECT'] || env['GOOGLE_CLOUD_PROJECT'] || gcloudProject(env));
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

function wishForGoogle(section: Partial<CommitConfig> | undefined): string | null {
  const { snapshot, accelerator, machine_type: machineType } = section?.instance ?? {};
  if (snapshot) return 'a snapshot';
  if (accelerator) return 'an accelerator';
  if (machineType && hasGpu(machineType, {})) return `an accelerator (${machineType})`;
  return section?.repository?.deploy_key || section?.output_repository?.deploy_key ? 'a deploy_key' : null;
}

/** A line for a file with a machine spec that runs on this computer; null if there is nothing to say. */
export function describeLocalLimits({ project }: Target, commit: CommitConfig): string | null {
  const keys = Object.entries(commit.instance ?? {}).flatMap(([key, value]) => (value === undefined ? [] : [key]));
  if (project !== LOCAL_PROJECT || keys.length === 0) return null;
  const names = keys.map((key) => `instance.${key}`).join(', ');
  return `Running on this computer: ${names} ${keys.length > 1 ? 'are' : 'is'} ignored.`;
}

/** The project of gcloud's active configuration, read from its files: starting gcloud takes a second. */
function gcloudProject(env: Environment): string | undefined {
  const folder = env['CLOUDSDK_CONFIG'] || join(homeFolder(env), '.config', 'gcloud');
  const read = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  const name = env['CLOUDSDK_ACTIVE_CONFIG_NAME'] || read(join(folder, 'active_config')).trim() || 'default';
  if (!/^[A-Za-z0-9_-]+$/.test(name)) return undefined;
  const core = /^\[core\][^[]*/m.exec(read(join(folder, 'configurations', `config_${name}`)))?.[0];
  return /^\s*project\s*=\s*(\S+)/m.exec(core ?? '')?.[1];
}
