// Checks a commit's command line and configuration, before anything is started or sent.
import { dirname } from 'node:path';
import {
  type CommitRequest,
  DEFAULT_QUEUE_LIMIT_SECONDS,
  LOCAL_PROJECT,
  MAX_KEEP_SECONDS,
  MAX_NOTES_LENGTH,
} from '@mymlops/protocol';
import { parseDuration } from '../../config/duration';
import { type ProjectConfig, requireProjectConfig } from '../../config/project-config';
import type { CommitConfig } from '../../config/schema';
import { LONGEST_DURATION_SECONDS } from '../../config/schema-types';
import type { Target } from '../../config/target';
import type { Context } from '../../core/context';
import { ExpectedError } from '../../core/errors';
import { EXIT } from '../../core/exit-codes';
import { refuseDiversions } from '../../google/connection';
import { requireLocalPlatform } from '../../local/local-platform';
import { refuseMissing } from './missing-notebook';
import { commitSettings } from './settings';
import { chosenProfile, refuseProfilesAlone, splitWords } from './profile';
import { checkNames } from '../../parameters/check-names';
import { type CommandUse, commandUse } from '../../parameters/command-use';
import { warningsOnEarlierValues } from '../../parameters/earlier-values';
import { readParameters } from '../../parameters/read-parameters';
import { type Notebook, locateNotebook, readNotebook } from '../../notebook/notebook';
import { LOCAL_RUN_PROGRAMS, SNAPSHOT_PROGRAMS, requirePrograms } from '../../local/programs';

export interface CommitOptions {
  notes?: string;
  artifacts?: boolean;
  keep?: boolean;
  keepFor?: string;
  param?: string[];
  raw?: string[];
  paramsFile?: string[];
  maxRun?: string;
  detach?: boolean;
  json?: boolean;
}

export interface CommitPlan {
  project: ProjectConfig;
  target: Target;
  notebooks: Notebook[];
  config: CommitConfig;
  /** Lines for the user about the parameters. */
  warnings: string[];
  /** Settings that all runs of this commit share. */
  shared: Pick<
    CommitRequest,
    | 'parameters'
    | 'artifacts'
    | 'keepSeconds'
    | 'maxRunSeconds'
    | 'queueLimitSeconds'
    | 'maxParallel'
    | 'retentionSeconds'
    | 'profile'
    | 'notes'
  >;
}

const DEFAULT_KEEP_SECONDS = 2 * 3600;
const DEFAULT_MAX_RUN_SECONDS = 24 * 3600;

/** Throws ExpectedError for the first problem. */
export function planCommit(context: Context, words: readonly string[], options: CommitOptions): CommitPlan {
  const { profiles, notebooks } = splitWords(words);
  refuseProfilesAlone(words, context);
  for (const name of notebooks) refuseMissing(name, context.cwd);
  const paths = [...new Set(notebooks.map((name) => locateNotebook(name, context.cwd)))];
  const projects = paths.map((path) => requireProjectConfig(dirname(path), context.env));
  const [project] = projects;
  if (!project) throw new ExpectedError('Give the notebook to run: mymlops-client commit NOTEBOOK', EXIT.usage);
  const other = projects.find(({ file }) => file !== project.file);
  if (other) {
    throw new ExpectedError(
      `These notebooks belong to two projects, ${project.folder} and ${other.folder}. Commit the notebooks of each project separately.`,
    );
  }
  const profile = chosenProfile(profiles, project);
  const { config, target } = commitSettings(context, project, profile);
  refuseDiversions(target.project, context.env);
  if (target.project === LOCAL_PROJECT) requireLocalPlatform();
  requirePrograms(target.project === LOCAL_PROJECT ? LOCAL_RUN_PROGRAMS : SNAPSHOT_PROGRAMS, context.env);
  if (options.notes !== undefined && options.notes.length > MAX_NOTES_LENGTH) {
    throw new ExpectedError(
      `The notes have ${options.notes.length} characters, but at most ${MAX_NOTES_LENGTH} are allowed. Shorten them.`,
      EXIT.usage,
    );
  }
  const { parameters, warnings } = readParameters(options, context.cwd);
  const read = paths.map((path) => readNotebook(path, project.folder));
  warnings.push(...project.warnings, ...warningsOnNames(read, Object.keys(parameters), config, project.folder));
  return {
    project,
    target,
    config,
    notebooks: read,
    warnings,
    shared: sharedSettings(project, config, { ...options, parameters, profile }),
  };
}

/** The settings that all runs of a commit share. Throws ExpectedError for an option that is out of range. */
export function sharedSettings(
  project: ProjectConfig,
  config: CommitConfig,
  options: CommitOptions & Pick<CommitPlan['shared'], 'parameters' | 'profile'>,
): CommitPlan['shared'] {
  return {
    parameters: options.parameters,
    artifacts: options.artifacts ?? config.artifacts ?? false,
    keepSeconds: keepSecondsOf(options),
    maxRunSeconds: maxRunSecondsOf(options.maxRun, config),
    queueLimitSeconds: config.queue_limit ?? DEFAULT_QUEUE_LIMIT_SECONDS,
    maxParallel: config.max_parallel,
    retentionSeconds: project.config.retention,
    profile: options.profile,
    notes: options.notes,
  };
}

function warningsOnNames(
  notebooks: readonly Notebook[],
  names: readonly string[],
  { command, setup }: CommitConfig,
  projectFolder: string,
): string[] {
  let known: CommandUse | undefined;
  const use = (): CommandUse =>
    (known ??= commandUse([command, ...(setup === undefined ? [] : [setup])], projectFolder));
  return notebooks.flatMap((notebook) => [
    ...(names.length > 0 ? checkNames(notebook, names, use()) : []),
    ...warningsOnEarlierValues(notebook, names, use),
  ]);
}

function keepSecondsOf({ keep, keepFor }: CommitOptions): number {
  if (keepFor === undefined) return keep ? DEFAULT_KEEP_SECONDS : 0;
  const seconds = parseDuration(keepFor);
  if (seconds === null) {
    throw new ExpectedError(`--keep-for must be a duration such as 30m or 4h, not ${keepFor}.`, EXIT.usage);
  }
  if (seconds > MAX_KEEP_SECONDS) {
    const hours = MAX_KEEP_SECONDS / 3600;
    throw new ExpectedError(`--keep-for ${keepFor} is too long: a VM is kept for ${hours}h at most.`, EXIT.usage);
  }
  return seconds;
}

function maxRunSecondsOf(option: string | undefined, config: CommitConfig): number {
  const seconds = option === undefined ? (config.max_run ?? DEFAULT_MAX_RUN_SECONDS) : parseDuration(option);
  if (seconds === null || seconds < 1) {
    throw new ExpectedError(`--max-run must be a duration such as 90, 30s, 15m, 2h or 1d, not ${option}.`, EXIT.usage);
  }
  if (seconds > LONGEST_DURATION_SECONDS) throw new ExpectedError('max_run must be 100d or less.', EXIT.usage);
  return seconds;
}
