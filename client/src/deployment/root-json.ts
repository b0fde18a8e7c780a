// The root for Terraform that `deploy` makes of the choices, in Terraform's JSON: it is never edited by hand.
// https://developer.hashicorp.com/terraform/language/syntax/json
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { oldestPartner } from '@mymlops/protocol';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import type { Choices } from './choices';
import { withoutExpressions } from './literal';
import { MODULE_PATH, writeModuleFiles, ZIP_NAME } from './module-files';
import { STATE_PREFIX } from './stored-state';
import { PROVIDER_VERSION, TERRAFORM_VERSION } from './terraform-versions';

const OWN_FOLDER = 'mymlops';

/** Writes the root into `folder`. Without a `stateBucket` its state is beside it, for a plan alone. May be called twice. */
export function writeJsonRoot(
  folder: string,
  options: {
    choices: Choices;
    stateBucket?: string | undefined;
    /** ADDRESS=ID of what is there already and is to be taken in. */
    imports?: readonly string[];
    /** Exact version of Google's provider. Without it, all that the module takes. */
    provider?: string | undefined;
    localCloudProgram: string;
  },
): void {
  writeModuleFiles(join(folder, OWN_FOLDER), options.localCloudProgram);
  const root = rootJson(options.choices, options);
  writeFileSync(join(folder, 'main.tf.json'), `${JSON.stringify(root, null, 2)}\n`);
}

export function rootJson(
  choices: Choices,
  {
    stateBucket,
    imports = [],
    provider = PROVIDER_VERSION,
  }: { stateBucket?: string | undefined; imports?: readonly string[]; provider?: string | undefined } = {},
): object {
  const { project, region, deployment, bucketSuffix, version, variables } = choices;
  return {
    terraform: {
      required_version: TERRAFORM_VERSION,
      required_providers: { google: { source: 'hashicorp/google', version: provider } },
      ...(stateBucket !== undefined && { backend: { gcs: { bucket: stateBucket, prefix: STATE_PREFIX } } }),
    },
    // With a person's own login, some services want to know the project that pays for a call.
    provider: { google: literal({ project, region, user_project_override: true, billing_project: project }) },
    module: {
      mymlops: {
        source: `./${OWN_FOLDER}/${MODULE_PATH}`,
        functions_zip: `\${path.module}/${OWN_FOLDER}/${ZIP_NAME}`,
        ...literal({
          ...variables,
          ...{ project, region, deployment, bucket_suffix: bucketSuffix },
          ...{ functions_version: version, oldest_client: oldestPartner(version) },
        }),
      },
    },
    // https://developer.hashicorp.com/terraform/language/import
    ...(imports.length > 0 && { import: imports.map(importOf) }),
    output: { names: { value: '${module.mymlops.names}' } },
  };
}

const literal = (values: object): object => JSON.parse(withoutExpressions(JSON.stringify(values))) as object;

function importOf(text: string): { to: string; id: string } {
  const [, to, id] = /^((?:module\.\w+\.)*google_\w+\.\w+(?:\["[^"]*"\]|\[\d+\])?)=(.+)$/.exec(text) ?? [];
  if (to === undefined || id === undefined) {
    throw new ExpectedError(`--import ${text}: write ADDRESS=ID, as the last \`deploy\` printed it.`, EXIT.usage);
  }
  return { to, id: withoutExpressions(id) };
}
