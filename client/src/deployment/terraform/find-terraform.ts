// Finds Terraform, or OpenTofu, which takes the same files.
import { execFile } from 'node:child_process';
import type { Environment } from '../../core/context';
import { ExpectedError } from '../../core/errors';
import { findOnPath } from '../../files/find-on-path';
import { LEAST_TERRAFORM } from '../terraform-versions';

export interface TerraformProgram {
  path: string;
  name: 'terraform' | 'tofu';
  /** Such as 1.11.4. */
  version: string;
}

const INSTALL =
  'Install it: https://developer.hashicorp.com/terraform/install, or OpenTofu: https://opentofu.org/docs/intro/install';

/** Terraform, else OpenTofu. Throws ExpectedError if neither can be used. Changes nothing. */
export async function findTerraform(env: Environment): Promise<TerraformProgram> {
  const unfit: string[] = [];
  for (const name of ['terraform', 'tofu'] as const) {
    const path = findOnPath(name, env);
    if (path === undefined) continue;
    const found = await versionOf(path, env);
    if (found.why === undefined) return { path, name, version: found.version };
    unfit.push(`${path} ${found.why}.`);
  }
  const why = unfit.length > 0 ? unfit.join(' ') : '`deploy` needs Terraform, which is not on the PATH.';
  throw new ExpectedError(`${why} ${INSTALL}`);
}

/** Or why it cannot be used. */
async function versionOf(
  path: string,
  env: Environment,
): Promise<{ version: string; why?: undefined } | { why: string }> {
  const printed = await printedBy(path, env);
  const version = /"terraform_version": *"(\d+\.\d+\.\d+[^"]*)"/.exec(printed.text)?.[1];
  if (version === undefined) {
    return { why: `cannot be used: ${printed.failure ?? 'it does not tell its version'}` };
  }
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = LEAST_TERRAFORM.split('.').map(Number);
  if (major < leastMajor || (major === leastMajor && minor < leastMinor)) {
    return { why: `is version ${version}; \`deploy\` needs ${LEAST_TERRAFORM} or later` };
  }
  return { version };
}

/** `version -json` as in https://developer.hashicorp.com/terraform/cli/commands/version */
function printedBy(path: string, env: Environment): Promise<{ text: string; failure?: string }> {
  return new Promise((resolve) => {
    const options = { env: { ...env, CHECKPOINT_DISABLE: '1' }, timeout: 60_000 };
    execFile(path, ['version', '-json'], options, (error, text) => {
      const failure = error === null ? {} : { failure: (error.message.split('\n')[0] ?? '').trim() };
      resolve({ text, ...failure });
    });
  });
}
