// `terraform init` with the version of Google's provider that planned last: another one may plan other changes.
import type { Context } from '../../core/context';
import type { TerraformFolder } from './terraform-folder';

export interface Initializing {
  context: Pick<Context, 'notice' | 'interrupted'>;
  /** Version of the last `deploy`, such as 7.40.0. */
  provider: string | undefined;
  /** Writes the root with this version, or with all that the module takes. */
  write: (provider: string | undefined) => void;
}

/** Resolves to the version that is used now; undefined if Terraform does not tell. Throws ExpectedError if none can be installed. */
export async function initialize(
  root: Pick<TerraformFolder, 'init' | 'provider'>,
  { context, provider, write }: Initializing,
): Promise<string | undefined> {
  write(provider);
  try {
    await root.init();
  } catch (error) {
    if (provider === undefined || context.interrupted.aborted) throw error;
    write(undefined);
    await root.init();
    context.notice(
      `Google's provider ${provider}, with which this deployment was made, could not be installed. Another one is used.`,
    );
    return root.provider();
  }
  return (await root.provider()) ?? provider;
}
