// The environment in which Terraform runs: that of the user, without the variables that would have it work elsewhere, or as somebody
// else, than the checks have seen.
import type { Environment } from '../../core/context';
import { ExpectedError } from '../../core/errors';
import { EXIT } from '../../core/exit-codes';
import { credentialsSettings } from '../../core/gcloud-credentials';

/**
 * Another state, another folder, options of the user's own: https://developer.hashicorp.com/terraform/cli/config/environment-variables.
 * TF_ENCRYPTION is OpenTofu's: a colleague without it could not read the state.
 */
const LEFT_OUT = /^TF_(WORKSPACE|DATA_DIR|CLI_ARGS(_.+)?|ENCRYPTION)$/;

/**
 * With these the provider or the backend acts as somebody else, or encrypts the state:
 * https://registry.terraform.io/providers/hashicorp/google/latest/docs/guides/provider_reference#authentication-configuration,
 * https://developer.hashicorp.com/terraform/language/backend/gcs
 */
const REFUSED = [
  'GOOGLE_CREDENTIALS',
  'GOOGLE_CLOUD_KEYFILE_JSON',
  'GCLOUD_KEYFILE_JSON',
  'GOOGLE_OAUTH_ACCESS_TOKEN',
  'GOOGLE_IMPERSONATE_SERVICE_ACCOUNT',
  'GOOGLE_BACKEND_CREDENTIALS',
  'GOOGLE_BACKEND_IMPERSONATE_SERVICE_ACCOUNT',
  'GOOGLE_ENCRYPTION_KEY',
  'GOOGLE_KMS_ENCRYPTION_KEY',
];

export interface EnvironmentOptions {
  env: Environment;
  /** `--impersonate`. */
  impersonate?: string | undefined;
  /** Variables for Terraform alone. */
  environment?: Readonly<Record<string, string>> | undefined;
}

/** Throws ExpectedError for a variable by which Terraform would act as somebody else. */
export function refuseOtherIdentities(env: Environment): void {
  const found = REFUSED.filter((name) => (env[name] ?? '') !== '');
  if (found.length === 0) return;
  throw new ExpectedError(
    `${found.join(', ')}: with ${found.length === 1 ? 'this variable' : 'these variables'} Terraform would act as somebody else, or write another state, than \`deploy\` has seen. Name a file of credentials in GOOGLE_APPLICATION_CREDENTIALS, or an account with --impersonate, and run: unset ${found.join(' ')}`,
    EXIT.usage,
  );
}

/** Throws ExpectedError as refuseOtherIdentities does. */
export function terraformEnvironment({ env, impersonate, environment }: EnvironmentOptions): Environment {
  refuseOtherIdentities(env);
  const kept = Object.entries(env).filter(([name]) => !LEFT_OUT.test(name));
  return {
    ...Object.fromEntries(kept),
    // Terraform does not read CLOUDSDK_CONFIG, which names the folder of the login.
    ...credentialsSettings(env),
    // Read by the provider and by the backend.
    ...(impersonate !== undefined && { GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: impersonate }),
    ...environment,
  };
}
