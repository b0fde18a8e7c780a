// Chooses the deployment that `doctor --bundle` writes about. A mymlops.yml with a mistake must not keep a maintainer from the rest.
import { readFileSync } from 'node:fs';
import { defaultConfig, findConfigFile } from '../config/project-config';
import { type Config, configSchema } from '../config/schema';
import { chooseProject, resolveTarget, type Target } from '../config/target';
import { parseYaml, valuesOf } from '../config/yaml-document';
import type { Context } from '../core/context';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { targetFromHere } from '../deployment/connect';

export interface BundleTarget {
  /** Undefined where nothing that can be read names one. */
  target?: Target;
  /** The mistake in mymlops.yml. */
  configProblem?: ExpectedError;
}

/** Throws ExpectedError for a wrong option. */
export function bundleTarget(context: Context): BundleTarget {
  try {
    return { target: targetFromHere(context) };
  } catch (error) {
    const file = findConfigFile(context.cwd);
    if (!(error instanceof ExpectedError) || error.exitCode === EXIT.usage || file === null) throw error;
    const config = { ...defaultConfig(), ...namedIn(file) };
    const { source } = chooseProject(context, config);
    const isNamed = source.kind === 'flag' || source.kind === 'mymlops.yml';
    return { configProblem: error, ...(isNamed && { target: resolveTarget(context, config) }) };
  }
}

/** Project and deployment as the file has them, whatever else is wrong in it. */
function namedIn(file: string): Partial<Pick<Config, 'project' | 'deployment'>> {
  const named = { project: valueOf(file, 'project'), deployment: valueOf(file, 'deployment') };
  return Object.fromEntries(
    Object.entries(named).filter(
      ([key, value]) => value !== undefined && configSchema.safeParse({ [key]: value }).success,
    ),
  );
}

function valueOf(file: string, key: string): unknown {
  try {
    const { document, errors } = parseYaml(readFileSync(file, 'utf8'));
    const found = errors.length === 0 ? valuesOf(document) : undefined;
    return found?.ok === true ? (Object(found.values) as Record<string, unknown>)[key] : undefined;
  } catch {
    return undefined; // a folder, or a file that may not be read
  }
}
