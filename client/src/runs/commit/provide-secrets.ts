// The secrets that a commit names must be stored before it is sent. On this computer, those that .env holds are stored now: the
// file is at hand, and the VM takes no value from anywhere else.
import { LARGEST_SECRET, LOCAL_PROJECT, secretId } from '@mymlops/protocol';
import { parseDotenv } from '../../config/dotenv';
import { dotenvOf } from '../../config/project-config';
import type { Context } from '../../core/context';
import { ExpectedError } from '../../core/errors';
import type { Deployment } from '../../deployment/connect';
import { requireSecrets } from '../require-secrets';
import type { CommitPlan } from './plan';

type SecretsPlan = Pick<CommitPlan, 'target' | 'project'> & {
  config: Pick<CommitPlan['config'], 'secrets' | 'setup_secrets'>;
};

/** Throws ExpectedError that names the secrets which are missing, and the lines that store them. */
export async function provideSecrets(
  context: Pick<Context, 'notice'>,
  { config, target, project }: SecretsPlan,
  deployment: Pick<Deployment, 'secrets'>,
): Promise<void> {
  const names = [...new Set([...(config.setup_secrets ?? []), ...(config.secrets ?? [])])];
  if (names.length === 0) return;
  const isLocal = target.project === LOCAL_PROJECT;
  const { values, unread = [] } = isLocal ? dotenvOf(project.folder) : parseDotenv('');
  // Otherwise an older value, which is stored, would be used instead of it.
  const faulty = names.find((name) => unread.includes(name));
  if (faulty !== undefined) {
    throw new ExpectedError(
      `The value of ${faulty} in .env cannot be read. Nothing was sent. Correct its line, or remove it to use the stored value.`,
    );
  }
  const secrets = await deployment.secrets();
  const here = names.filter((name) => values[name]);
  for (const name of here) {
    const value = Buffer.from(values[name] ?? '');
    if (value.length > LARGEST_SECRET) {
      throw new ExpectedError(
        `The value of ${name} in .env has more than ${LARGEST_SECRET} bytes, the most for a secret.`,
      );
    }
    await secrets.set(secretId(target.deployment, name), value);
  }
  if (here.length > 0) context.notice(`Stored as secrets, from .env: ${here.join(', ')}`);
  const wanted = names.filter((name) => !here.includes(name));
  if (wanted.length === 0) return;
  await requireSecrets(wanted, target.deployment, secrets, isLocal ? (it) => ` (or write ${it} into .env)` : undefined);
  const empty = names.filter((name) => values[name] === '');
  if (empty.length > 0) context.notice(`Without a value in .env, so the stored one is used: ${empty.join(', ')}`);
}
