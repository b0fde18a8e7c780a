// `validate`: everything that is wrong with mymlops.yml, or where it would run. Nothing is started.
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ConfigError } from '../config/config-error';
import { jsonSchema } from '../config/json-schema';
import { notActedOn } from '../config/not-acted-on';
import { CONFIG_FILE, checkConfig, findConfigFile, refuseMisnamed } from '../config/project-config';
import type { Config } from '../config/schema';
import { resolveCommit } from '../config/resolve-commit';
import { type Target, describeLocalLimits, describeTarget, resolveTarget } from '../config/target';
import { type Context, showJson } from '../context';
import { ExpectedError } from '../errors';
import { EXIT } from '../exit-codes';

export interface ValidateOptions {
  json?: boolean;
  /** Print the JSON Schema instead. */
  schema?: boolean;
}

/** `name`: a file, or a folder that holds one; without it, the first mymlops.yml upwards. */
export function validate(context: Context, name: string | undefined, options: ValidateOptions): number {
  if (options.schema) {
    showJson(context, jsonSchema());
    return EXIT.done;
  }
  const file = name === undefined ? nearestFile(context) : namedFile(resolve(context.cwd, name));
  const checked = checkConfig(file, context.env);
  const outcome = checked.ok ? placeOf(context, checked.config) : { errors: checked.errors };
  const { errors, target } = outcome;
  if (checked.ok) talkAbout(context, checked.config);
  if (options.json) showJson(context, { file, ok: target !== undefined, errors, target: target ?? null });
  else if (target) context.data(`ok: ${file}, runs go to ${describeTarget(target)}\n`);
  else for (const error of errors) context.data(`${describeError(file, error)}\n`);
  return target ? EXIT.done : EXIT.error;
}

/** An error of the whole file has no place. */
type FileError = Pick<ConfigError, 'message'> & Partial<ConfigError>;

interface Outcome {
  errors: FileError[];
  target?: Target;
}

/** What is no error, and yet to be known. */
function talkAbout(context: Context, config: Config): void {
  const idle = notActedOn(config);
  if (idle.length > 0) context.talk(`accepted, not acted on yet: ${idle.join(', ')}`);
  const { target } = placeOf(context, config);
  if (!target) return;
  const commit = resolveCommit(config);
  const limits = commit && describeLocalLimits(target, commit);
  if (limits) context.talk(limits);
  for (const profile of Object.keys(config.profiles ?? {})) {
    const [error] = placeOf(context, config, profile).errors;
    if (error) context.talk(error.message);
  }
}

function placeOf(context: Context, config: Config, profile?: string): Outcome {
  try {
    return { errors: [], target: resolveTarget(context, config, profile) };
  } catch (error) {
    if (error instanceof ExpectedError) return { errors: [{ message: error.message }] };
    throw error;
  }
}

const describeError = (file: string, { line, column, message }: FileError): string =>
  line === undefined ? `${file}: ${message}` : `${file}:${line}:${column}: ${message}`;

function nearestFile({ cwd }: Context): string {
  const file = findConfigFile(cwd);
  if (file !== null) return file;
  refuseMisnamed(cwd);
  throw new ExpectedError(`There is no ${CONFIG_FILE} in ${cwd} or above it. To have one written: mymlops-client init`);
}

function namedFile(path: string): string {
  if (!existsSync(path)) throw new ExpectedError(`${path} does not exist.`);
  return statSync(path).isDirectory() ? namedFile(resolve(path, CONFIG_FILE)) : path;
}
