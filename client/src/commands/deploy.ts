// `deploy --write FOLDER`: a root for Terraform with all that it needs from this package.
import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { DEFAULT_DEPLOYMENT, LOCAL_PROJECT, newBucketSuffix } from '@mymlops/protocol';
import { findProjectConfig } from '../config/project-config';
import type { Context } from '../core/context';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { checkRoot } from '../deployment/root-text';
import { writeRoot } from '../deployment/write-root';

/** May be called twice: main.tf is the user's from then on, and the rest is brought to this version. */
export function deploy(context: Context, options: { write: string; region?: string; user?: string[] }): number {
  const found = findProjectConfig(context.cwd, context.env)?.config;
  const project = context.flags.project ?? (context.flags.local ? LOCAL_PROJECT : found?.project) ?? '';
  if (project === '' || project === LOCAL_PROJECT) {
    throw new ExpectedError(
      '`deploy` needs a Google Cloud project: give its id with --project. This computer needs no deployment: `commit` starts its cloud.',
      EXIT.usage,
    );
  }
  const root = checkRoot({
    ...{ project, region: options.region, users: options.user ?? [] },
    deployment: found?.deployment ?? DEFAULT_DEPLOYMENT,
    bucketSuffix: newBucketSuffix(randomInt),
  });
  const folder = resolve(context.cwd, options.write);
  const { isNew } = writeRoot(folder, root, context.localCloudProgram);
  const place = options.write;
  if (isNew) {
    context.notice(
      `written: ${place}/main.tf, which is yours to change, and ${place}/mymlops, which the next \`deploy\` replaces`,
    );
    if (root.users.length === 0) context.notice('Nobody but owners of the project may use it: add `users` to main.tf.');
  } else {
    context.notice(`${place}/mymlops is of this version now. ${place}/main.tf is as it was.`);
  }
  context.notice(`To make it: cd ${place} && terraform init && terraform apply`);
  return EXIT.done;
}
