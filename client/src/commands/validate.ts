// `validate`: prints everything that is wrong with mymlops.yml, or where it would run. Starts nothing.
import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { refuseCheckedOut } from '../runs/commit/checked-out';
import { requestsOf } from '../runs/commit/requests';
import { commitSettings } from '../runs/commit/settings';
import { sharedSettings } from '../runs/commit/shared-settings';
import type { ConfigError } from '../config/config-error';
import { notImplemented } from '../config/not-implemented';
import { CONFIG_FILE, type ProjectConfig, checkConfig, findConfigFile, refuseMisnamed } from '../config/project-config';
import { resolveCommit } from '../config/resolve-commit';
import { type Target, describeLocalLimits, describeTarget } from '../config/target';
import type { Context } from '../core/context';
import { showJson } from '../view/show-json';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';

export interface ValidateOptions {
  json?: boolean;
  /** Print the JSON Schema instead. */
  schema?: boolean;
}

/** `name`: a file, or a folder that holds one; without it, the first mymlops.yml upwards. */
export async function validate(context: Context, name: string | undefined, options: ValidateOptions): Promise<number> {
  if (options.schema) {
    const { jsonSchema } = await import('../config/json-schema');
    showJson(context, jsonSchema());
    return EXIT.done;
  }
  const file = name === undefined ? nearestFile(context) : namedFile(resolve(context.cwd, name));
  const checked = checkConfig(file, context.env);
  for (const warning of checked.warnings) context.notice(warning);
  const { errors, target } = checked.ok
    ? await tryFile(context, { ...checked, folder: realpathSync(dirname(file)), file })
    : { errors: checked.errors };
  if (options.json) showJson(context, { file, ok: target !== undefined, errors, target: target ?? null });
  else if (target) context.print(`ok: ${file}, runs go to ${describeTarget(target)}\n`);
  else for (const error of errors) context.print(`${describeError(file, error)}\n`);
  return target ? EXIT.done : EXIT.error;
}

/** An error of the whole file has no line. */
type FileError = Pick<ConfigError, 'message'> & Partial<ConfigError>;

interface Outcome {
  errors: FileError[];
  target?: Target;
}

/** Also prints what is worth knowing and not an error. A file is usable if a commit works, even if only with a profile. */
async function tryFile(context: Context, project: ProjectConfig): Promise<Outcome> {
  const idle = notImplemented(project.config);
  if (idle.length > 0) context.notice(`accepted but not implemented yet: ${idle.join(', ')}`);
  const base = await tryCommit(context, project, undefined);
  const needsProfile = resolveCommit(project.config) === undefined;
  if (!base.target && !needsProfile) return base;
  const names = Object.keys(project.config.profiles ?? {});
  const outcomes = await Promise.all(names.map((name) => tryCommit(context, project, name)));
  const usable = base.target ? base : (outcomes.find(({ target }) => target) ?? base);
  if (!usable.target) return outcomes[0] ?? base;
  if (needsProfile) context.notice('commit works only with a profile: the section `commit` has no command.');
  for (const [index, { errors }] of outcomes.entries()) {
    const [error] = errors;
    if (error) context.notice(`profile ${names[index]}: ${error.message}`);
  }
  return usable;
}

/** The checks with which `commit` would begin, with `profile` or without one. */
async function tryCommit(context: Context, project: ProjectConfig, profile: string | undefined): Promise<Outcome> {
  try {
    const { config, target } = commitSettings(context, project, profile);
    await refuseCheckedOut(config, project.folder, context.env);
    const shared = sharedSettings(project, config, { parameters: {}, profile });
    requestsOf(context, { config, target, shared, notebooks: [ANY_NOTEBOOK] }, ANY_PARTS);
    const limits = profile === undefined && describeLocalLimits(target, config);
    if (limits) context.notice(limits);
    return { errors: [], target };
  } catch (error) {
    if (error instanceof ExpectedError) return { errors: [{ message: error.message }] };
    throw error;
  }
}

const ANY_NOTEBOOK = { path: 'notebook.ipynb', codeCells: 1 };
const ANY_PARTS = { source: { tree: '0'.repeat(40), commit: '0'.repeat(40) }, randomInt: () => 0 };

function describeError(file: string, { line, column, message }: FileError): string {
  if (line !== undefined) return `${file}:${line}:${column}: ${message}`;
  return message.startsWith(file) ? message.trimEnd() : `${file}: ${message}`;
}

function nearestFile({ cwd }: Context): string {
  const file = findConfigFile(cwd);
  if (file !== null) return file;
  refuseMisnamed(cwd);
  throw new ExpectedError(`There is no ${CONFIG_FILE} in ${cwd} or above it. To create one: mymlops-client init`);
}

function namedFile(path: string): string {
  if (!existsSync(path)) throw new ExpectedError(`${path} does not exist.`);
  return statSync(path).isDirectory() ? namedFile(resolve(path, CONFIG_FILE)) : path;
}
