// Checks a commit's command line and configuration, before anything is started or sent.
import { dirname } from 'node:path';
import { LOCAL_PROJECT, MAX_NOTES_LENGTH } from '@mymlops/protocol';
import { type ProjectConfig, requireProjectConfig } from '../../config/project-config';
import type { CommitConfig } from '../../config/schema';
import type { Target } from '../../config/target';
import type { Context } from '../../core/context';
import { ExpectedError } from '../../core/errors';
import { EXIT } from '../../core/exit-codes';
import { refuseDiversions } from '../../google/connection';
import { requireLocalPlatform } from '../../local/local-platform';
import { refuseMissing } from './missing-notebook';
import { commitSettings } from './settings';
import { chosenProfile, refuseProfilesAlone, splitWords } from './profile';
import { type SharedOptions, type SharedSettings, sharedSettings } from './shared-settings';
import { checkNames } from '../../parameters/check-names';
import { type CommandUse, commandUse } from '../../parameters/command-use';
import { warningsOnEarlierValues } from '../../parameters/earlier-values';
import { readParameters } from '../../parameters/read-parameters';
import { type Notebook, locateNotebook, readNotebook } from '../../notebook/notebook';
import { LOCAL_RUN_PROGRAMS, SNAPSHOT_PROGRAMS, requirePrograms } from '../../local/programs';

export interface CommitOptions extends SharedOptions {
  param?: string[];
  raw?: string[];
  paramsFile?: string[];
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
  shared: SharedSettings;
}

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
