// Checks the command line of `start` and the configuration, before anything is sent.
import { INSTANCE_SECONDS, LOCAL_PROJECT } from '@mymlops/protocol';
import { defaultConfig, findProjectConfig, type ProjectConfig } from '../config/project-config';
import { resolveStart } from '../config/resolve-start';
import type { StartConfig } from '../config/schema';
import { describeLocalLimits, resolveTarget, type Target } from '../config/target';
import type { Context } from '../core/context';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { requireLocalPlatform } from '../local/local-platform';
import { LOCAL_RUN_PROGRAMS, requirePrograms, SNAPSHOT_PROGRAMS } from '../local/programs';
import { describeMissingProfile } from '../runs/commit/profile';
import { durationOption } from './duration-option';
import { defaultInstanceName, requireInstanceName } from './names';
import { specOf, type SpecWithoutSource } from './spec';

export interface StartOptions {
  profile?: string;
  /** Create another one, whatever exists. */
  new?: boolean;
  /** Open the first service in the browser. */
  open?: boolean;
  showToken?: boolean;
  wait?: string;
  max?: string;
  /** Return as soon as the deployment knows of it. */
  detach?: boolean;
}

export interface StartPlan {
  target: Target;
  name: string;
  /** The user gave the name. */
  isNamed: boolean;
  waitSeconds: number;
  /** Absent where no file here has a section `start`: only an instance that exists can be started. */
  wanted?: { project: ProjectConfig; config: StartConfig; spec: SpecWithoutSource };
  /** Lines for the user. */
  notices: string[];
}

const EXAMPLE = [
  'start:',
  '  services:',
  '    jupyter:',
  '      command: jupyter lab --no-browser --ip=$MYMLOPS_BIND --port=$MYMLOPS_PORT',
  '      port: 8888',
  '      path: /api',
  '      token: JUPYTER_TOKEN',
].join('\n');

/** Throws ExpectedError for the first problem. */
export function planStart(context: Context, given: string | undefined, options: StartOptions): StartPlan {
  if (given !== undefined) requireInstanceName(given);
  const project = findProjectConfig(context.cwd, context.env) ?? undefined;
  const { profile } = options;
  if (profile !== undefined) requireProfile(profile, project);
  const target = resolveTarget(context, project?.config ?? defaultConfig(), profile);
  if (target.project === LOCAL_PROJECT) requireLocalPlatform();
  requirePrograms(target.project === LOCAL_PROJECT ? LOCAL_RUN_PROGRAMS : SNAPSHOT_PROGRAMS, context.env);
  const config = project && hasStart(project, profile) ? resolveStart(project.config, profile) : undefined;
  const name = given ?? nameIn(project, profile);
  const spec = config && specOf(config, target, { profile, max: options.max });
  const limits = config && describeLocalLimits(target, { instance: config.instance });
  return {
    ...{ target, name, isNamed: given !== undefined, waitSeconds: waitOf(options, config) },
    ...(project && config && spec && { wanted: { project, config, spec } }),
    notices: [...(project?.warnings ?? []), ...(limits ? [limits] : [])],
  };
}

function requireProfile(profile: string, project: ProjectConfig | undefined): void {
  if (!project) {
    throw new ExpectedError(
      `There is no mymlops.yml here that could have a profile ${profile}. Leave --profile out, or go to the project's folder.`,
      EXIT.usage,
    );
  }
  const known = Object.keys(project.config.profiles ?? {});
  if (known.includes(profile)) return;
  throw new ExpectedError(describeMissingProfile(profile, known, project.file), EXIT.usage);
}

const hasStart = ({ config }: ProjectConfig, profile: string | undefined): boolean =>
  config.start !== undefined || (profile !== undefined && config.profiles?.[profile]?.start !== undefined);

function nameIn(project: ProjectConfig | undefined, profile: string | undefined): string {
  if (project) return defaultInstanceName(project.folder, profile);
  throw new ExpectedError(
    'There is no mymlops.yml here or above. Go to the project, create one with mymlops-client init, or name an instance that exists: mymlops-client start NAME',
    EXIT.usage,
  );
}

function waitOf({ wait }: StartOptions, config: StartConfig | undefined): number {
  if (wait !== undefined) return durationOption('--wait', wait, INSTANCE_SECONDS.wait);
  return config?.wait ?? INSTANCE_SECONDS.wait.default;
}

/** The part of the plan that a new instance needs. Throws ExpectedError that shows an example. */
export function requireWanted({ wanted, name }: StartPlan): NonNullable<StartPlan['wanted']> {
  if (wanted) return wanted;
  throw new ExpectedError(
    `There is no instance ${name}, and nothing here says how to make one: mymlops.yml has no section \`start\`. It needs at least:\n\n${EXAMPLE}\n`,
    EXIT.notFound,
  );
}
