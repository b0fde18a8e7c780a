// `validate`: prints everything that is wrong with mymlops.yml, or where it would run; with --remote also what would keep a commit
// from running there. Sends no run.
import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { counted, type CheckFinding } from '@mymlops/protocol';
import { type CheckedStarts, checkStarts } from '../instances/check-start';
import { type CheckableRun, checkRemotely, type RemoteCheck } from '../runs/check/check-remotely';
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
import { printable } from '../view/printable';
import { showJson } from '../view/show-json';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';

export interface ValidateOptions {
  json?: boolean;
  /** Print the JSON Schema instead. */
  schema?: boolean;
  /** Compare with the deployment, too. */
  remote?: boolean;
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
  const project = checked.ok ? { ...checked, folder: realpathSync(dirname(file)), file } : undefined;
  const outcome: Outcome =
    checked.ok && project ? await tryFile(context, project) : { errors: checked.ok ? [] : checked.errors, runs: [] };
  const { errors, target, runs, refused = [] } = outcome;
  if (!options.remote) for (const { subject, remedy } of refused) context.notice(`${subject}: ${remedy}`);
  if (!options.json && target) context.print(`ok: ${file}, runs go to ${describeTarget(target)}\n`);
  if (!options.json && !target) for (const error of errors) context.print(`${describeError(file, error)}\n`);
  const answer =
    options.remote && project && target ? await checkRemotely(context, { project, target, runs }) : undefined;
  const remote = answer && { ...answer, findings: [...refused, ...answer.findings] };
  const isOk = target !== undefined && !remote?.findings.some(({ severity }) => severity === 'error');
  if (options.json) {
    showJson(context, {
      file,
      ok: isOk,
      errors,
      target: target ?? null,
      ...(options.remote && { remote: remote ?? null }),
    });
  } else if (remote) context.print(printable(textOf(remote)));
  return isOk ? EXIT.done : EXIT.error;
}

function textOf({ findings, runs }: RemoteCheck): string {
  const places = runs
    .filter(({ zones }) => zones.length > 0)
    .map(({ name, machineType, zones }) => `${name}: ${machineType} in ${zones.join(', ')}`);
  const found = findings.map(
    ({ severity, subject, problem, remedy }) => `${severity}: ${subject} ${problem}.\n  ${remedy}`,
  );
  const count = (wanted: CheckFinding['severity']): number =>
    findings.filter(({ severity }) => severity === wanted).length;
  const counts = (['error', 'warning'] as const).filter((severity) => count(severity) > 0);
  const verdict =
    counts.length === 0
      ? 'no problems found'
      : `${counts.map((severity) => counted(count(severity), severity)).join(' and ')} found`;
  return [...places, ...found, verdict].map((line) => `${line}\n`).join('');
}

/** An error of the whole file has no line. */
type FileError = Pick<ConfigError, 'message'> & Partial<ConfigError>;

interface Outcome {
  errors: FileError[];
  target?: Target;
  /** Those that work. */
  runs: CheckableRun[];
  /** The profiles that do not, where others do. */
  refused?: CheckFinding[];
}

/** Also prints what is worth knowing and not an error. A file is usable if a commit works, even if only with a profile. */
async function tryFile(context: Context, project: ProjectConfig): Promise<Outcome> {
  const idle = notImplemented(project.config);
  if (idle.length > 0) context.notice(`accepted but not implemented yet: ${idle.join(', ')}`);
  const starts = checkStarts(context, project);
  const base = await tryCommit(context, project, undefined);
  if (!hasCommit(project) && starts.target) {
    context.notice('The file is for instances alone: commit needs a section `commit`.');
    return { errors: [], target: starts.target, runs: [], refused: faultsOf(starts) };
  }
  const needsProfile = resolveCommit(project.config) === undefined;
  if (!base.target && !needsProfile) return base;
  const names = Object.keys(project.config.profiles ?? {});
  const outcomes = await Promise.all(names.map((name) => tryCommit(context, project, name)));
  const usable = base.target ? base : (outcomes.find(({ target }) => target) ?? base);
  if (!usable.target) return outcomes[0] ?? base;
  if (needsProfile) context.notice('commit works only with a profile: the section `commit` has no command.');
  const refused = outcomes.flatMap(({ errors: [error] }, index) => (error ? [refusal(names[index], error)] : []));
  return {
    ...{ ...usable, runs: [base, ...outcomes].flatMap(({ runs }) => runs) },
    refused: [...refused, ...faultsOf(starts)],
  };
}

/** A file may be for instances alone. */
const hasCommit = ({ config: { commit, profiles = {} } }: ProjectConfig): boolean =>
  commit !== undefined || Object.values(profiles).some((profile) => profile.commit !== undefined);

const refusal = (profile: string | undefined, { message }: FileError): CheckFinding => ({
  ...{ severity: 'error', subject: `profile ${profile}`, problem: 'would be refused', remedy: message },
});

const faultsOf = ({ faults }: CheckedStarts): CheckFinding[] =>
  faults.map(({ profile, message }) => ({
    ...{ severity: 'error', problem: 'would be refused', remedy: message },
    subject: profile === undefined ? 'start' : `start --profile ${profile}`,
  }));

/** The checks with which `commit` would begin, with `profile` or without one. */
async function tryCommit(context: Context, project: ProjectConfig, profile: string | undefined): Promise<Outcome> {
  try {
    const { config, target } = commitSettings(context, project, profile);
    await refuseCheckedOut(config, project.folder, context.env);
    const shared = sharedSettings(project, config, { parameters: {}, profile });
    const requests = requestsOf(context, { config, target, shared, notebooks: [ANY_NOTEBOOK] }, ANY_PARTS);
    const limits = profile === undefined && describeLocalLimits(target, config);
    if (limits) context.notice(limits);
    const name = profile === undefined ? 'commit' : `profile ${profile}`;
    return { errors: [], target, runs: requests.map((request) => ({ name, config, request })) };
  } catch (error) {
    if (error instanceof ExpectedError) return { errors: [{ message: error.message }], runs: [] };
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
