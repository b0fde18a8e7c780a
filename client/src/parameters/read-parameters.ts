// The parameters of a commit: `-p NAME=VALUE`, `-r NAME=TEXT`, `-P FILE`.
import { jsonOfText, type Parameters } from '@mymlops/protocol';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { readParametersFile } from './parameters-file';
import { readValue } from './value';
import { ValueFault } from './value-fault';

export interface GivenParameters {
  param?: readonly string[];
  raw?: readonly string[];
  paramsFile?: readonly string[];
}

export interface ReadParameters {
  parameters: Parameters;
  /** Lines about parameters that may not be read as the user expects. */
  warnings: string[];
}

/** papermill writes an assignment for each name; names in R may have dots. */
const NAME = /^[\p{L}_][\p{L}\p{M}\p{N}_.]*$/u;
/** Reserved by Firestore. */
const RESERVED = /^__.*__$/;
const LONGEST_NAME = 200;

/**
 * A value on the command line replaces one from a file, and a later file replaces an earlier one, as for papermill. Throws
 * ExpectedError, also for a name that occurs twice on the command line.
 */
export function readParameters(
  { param = [], raw = [], paramsFile = [] }: GivenParameters,
  cwd: string,
): ReadParameters {
  const warnings: string[] = [];
  const own = new Map<string, string>();
  const add = (option: string, pair: string, read: (text: string, name: string) => string): void => {
    const [name, text] = splitPair(option, pair);
    requireName(name, option);
    if (own.has(name)) throw new ExpectedError(`The command line gives the parameter ${name} twice.`, EXIT.usage);
    own.set(name, read(text, name));
  };
  for (const pair of param) {
    add('-p', pair, (text, name) => {
      const { json, isOddText } = valueOf(name, text);
      if (isOddText) warnings.push(`${name} is passed as text: it looks like a list or object, but is not valid JSON.`);
      return json;
    });
  }
  for (const pair of raw) add('-r', pair, (text) => jsonOfText(text));
  const ofFiles = paramsFile.flatMap((file) => {
    const found = [...readParametersFile(file, cwd)];
    for (const [name] of found) requireName(name, `${file}:`);
    return found;
  });
  return { parameters: Object.fromEntries(new Map([...ofFiles, ...own])), warnings };
}

function splitPair(option: string, pair: string): [string, string] {
  const at = pair.indexOf('=');
  const form = option === '-r' ? 'NAME=TEXT' : 'NAME=VALUE';
  if (at < 1) throw new ExpectedError(`${option} must be ${form}, not ${JSON.stringify(pair)}.`, EXIT.usage);
  return [pair.slice(0, at), pair.slice(at + 1)];
}

function requireName(name: string, where: string): void {
  const shown = `${where} ${JSON.stringify(name)}`;
  if (!NAME.test(name)) {
    throw new ExpectedError(
      `${shown} is not a valid parameter name: use letters, digits, _ and dots, and no digit first.`,
      EXIT.usage,
    );
  }
  if (RESERVED.test(name)) {
    throw new ExpectedError(`${shown} is not allowed: names with __ at both ends are reserved.`, EXIT.usage);
  }
  if (name.length > LONGEST_NAME) {
    throw new ExpectedError(
      `A parameter name has ${name.length} characters, but at most ${LONGEST_NAME} are allowed.`,
      EXIT.usage,
    );
  }
}

function valueOf(name: string, text: string): ReturnType<typeof readValue> {
  try {
    return readValue(text);
  } catch (error) {
    if (!(error instanceof ValueFault)) throw error;
    throw new ExpectedError(
      `-p ${name} cannot be passed as written: ${error.message}. To pass it as text: -r ${name}=...`,
      EXIT.usage,
    );
  }
}
