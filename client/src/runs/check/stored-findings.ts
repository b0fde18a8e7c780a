// Checks what a run needs of the deployment's stores: its secrets, the deploy key of the output repository, a bucket that takes uploads.
import { type CheckFinding, LOCAL_PROJECT } from '@mymlops/protocol';
import { dotenvOf } from '../../config/project-config';
import type { Context } from '../../core/context';
import { ExpectedError } from '../../core/errors';
import type { Deployment } from '../../deployment/connect';
import type { CommitPlan } from '../commit/plan';
import { findDeployKey } from '../commit/provide-deploy-key';
import { missingSecrets } from '../require-secrets';

type Stores = Pick<Deployment, 'secrets' | 'buckets'>;
type Sent = Pick<CommitPlan, 'config' | 'target' | 'project'>;

/** `subject`: the run. Reads names of secrets; uploads nothing. */
export async function secretFindings(
  subject: string,
  { config, target, project }: Sent,
  deployment: Pick<Stores, 'secrets'>,
): Promise<CheckFinding[]> {
  const named = [...new Set([...(config.setup_secrets ?? []), ...(config.secrets ?? [])])];
  const isLocal = target.project === LOCAL_PROJECT;
  // A commit to the local cloud stores those that .env holds.
  const values = isLocal && named.length > 0 ? dotenvOf(project.folder).values : {};
  const names = named.filter((name) => !values[name]);
  if (names.length === 0) return [];
  const missing = await missingSecrets(names, target.deployment, await deployment.secrets());
  return missing.map((name) => ({
    ...{ severity: 'error', subject, problem: `names the secret ${name}, which is not stored` },
    remedy: `Store it: mymlops-client secrets set ${name}${isLocal ? ' (or write it into .env)' : ''}`,
  }));
}

export async function deployKeyFindings(
  subject: string,
  sent: Sent,
  context: Pick<Context, 'env'>,
  deployment: Pick<Stores, 'secrets'>,
): Promise<CheckFinding[]> {
  const { url } = sent.config.output_repository ?? {};
  if (url === undefined) return [];
  try {
    await findDeployKey(context, sent, deployment, url);
    return [];
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return [{ severity: 'error', subject, problem: 'has no deploy key for its results', remedy: error.message }];
  }
}

export async function bucketFindings({ buckets }: Pick<Stores, 'buckets'>): Promise<CheckFinding[]> {
  const { results } = await buckets();
  if (await results.mayUpload()) return [];
  return [
    {
      ...{ severity: 'error', subject: `The bucket ${results.name}` },
      problem: 'takes no upload of yours: your account lacks the permission storage.objects.create',
      remedy: 'Ask the administrator of the deployment to add you to its users: mymlops-client deploy',
    },
  ];
}
