// Finds mymlops.yml and reads it. Its folder is the project.
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Environment } from '../core/context';
import { ExpectedError } from '../core/errors';
import { folderSentence, unreadable } from '../files/unreadable';
import { stateFolder } from '../local/state-folder';
import { type Dotenv, parseDotenv } from './dotenv';
import { LARGEST_CONFIG_BYTES, decodeText, tooLarge } from './file-text';
import { type ParsedConfig, parseConfig } from './parse-config';
import { type Config, configSchema } from './schema';
import { parseYaml, valuesOf } from './yaml-document';

export const CONFIG_FILE = 'mymlops.yml';

const EXAMPLE = [
  'commit:',
  '  command: jupyter nbconvert --to notebook --execute --inplace',
  '  output_repository:',
  '    url: $MYMLOPS_HOME/results.git',
].join('\n');

export interface ProjectConfig {
  /** Absolute path of the project folder, without links. */
  folder: string;
  file: string;
  config: Config;
  /** Lines about values that are valid but may be read differently than the author expects. */
  warnings: string[];
}

/** The configuration for the folder `from`: the first mymlops.yml in it or above it. Null if there is none. */
export function findProjectConfig(from: string, env: Environment): ProjectConfig | null {
  const file = findConfigFile(from);
  return file === null ? null : { folder: dirname(file), file, ...readConfig(file, env) };
}

/** Path of the first mymlops.yml in the folder `from` or above it. Does not read the file. */
export function findConfigFile(from: string): string | null {
  for (let folder = realpathSync(from); ; folder = dirname(folder)) {
    const file = join(folder, CONFIG_FILE);
    if (existsSync(file)) return file;
    if (folder === dirname(folder)) return null;
  }
}

/** The same as findProjectConfig, but a missing file is an error that shows an example. */
export function requireProjectConfig(from: string, env: Environment): ProjectConfig {
  const found = findProjectConfig(from, env);
  if (found) return found;
  refuseMisnamed(from);
  throw new ExpectedError(
    `There is no ${CONFIG_FILE} in ${from} or above it. Its folder is the project. To create one, run mymlops-client init, or write it yourself, for example:\n\n${EXAMPLE}\n`,
  );
}

/** Throws if `from` has a file of nearly that name: with the other YAML ending, or with Windows' hidden ending. */
export function refuseMisnamed(from: string): void {
  const found = ['mymlops.yaml', 'mymlops.yml.txt', '.mymlops.yml'].find((name) => existsSync(join(from, name)));
  if (found !== undefined) {
    throw new ExpectedError(
      `There is no ${CONFIG_FILE} in ${from}, only ${found}. Rename it: mv ${found} ${CONFIG_FILE}`,
    );
  }
}

/** The configuration without a file. */
export const defaultConfig = (): Config => configSchema.parse({});

/** Reads `file`: its content or all its errors, with the warnings of ProjectConfig. */
export function checkConfig(file: string, env: Environment): ParsedConfig & Pick<ProjectConfig, 'warnings'> {
  const dotenvFile = join(dirname(file), '.env');
  const { values: dotenv, warnings } = readDotenv(dotenvFile);
  const valueOf = (name: string): string | undefined => {
    // Never from .env: the local cloud does not know the project, and must be found in the same folder.
    if (name === 'MYMLOPS_HOME') return stateFolder(env);
    return dotenv[name] ?? (Object.hasOwn(env, name) ? env[name] : undefined);
  };
  const read = readText(file);
  const parsed = read.ok ? parseConfig(read.text, valueOf) : read;
  return { ...parsed, warnings: warnings.map(({ line, message }) => `${dotenvFile}:${line}: ${message}.`) };
}

/** Whether the file itself has this key; false for one that has only its default. Expects a file that checkConfig accepts. */
export function isWrittenIn(file: string, key: keyof Config): boolean {
  const read = readText(file);
  const written = read.ok ? valuesOf(parseYaml(read.text).document) : undefined;
  return written?.ok === true && Object.hasOwn(Object(written.values), key);
}

/** Names and values in .env of a project folder. */
export const dotenvOf = (folder: string): Dotenv => readDotenv(join(folder, '.env'));

/** A folder named .env, such as a Python environment, is ignored. */
function readDotenv(file: string): Dotenv {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return parseDotenv('');
  const read = readText(file);
  if (read.ok) return parseDotenv(read.text);
  const lines = read.errors.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
  throw new ExpectedError(lines.join('\n'));
}

const RENAME = 'Rename it: the configuration is a file of that name.';

function readText(file: string): ReturnType<typeof decodeText> {
  try {
    const stat = statSync(file);
    if (stat.isDirectory()) throw new ExpectedError(folderSentence(file, RENAME));
    if (!stat.isFile()) throw new ExpectedError(`${file} is not a regular file, but the configuration must be one.`);
    return stat.size > LARGEST_CONFIG_BYTES ? tooLarge(stat.size) : decodeText(readFileSync(file));
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    throw unreadable(file, error);
  }
}

function readConfig(file: string, env: Environment): Pick<ProjectConfig, 'config' | 'warnings'> {
  const parsed = checkConfig(file, env);
  if (parsed.ok) return parsed;
  const lines = parsed.errors.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
  throw new ExpectedError([...lines, ...parsed.warnings].join('\n'));
}
