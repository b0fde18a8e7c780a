// The last words of a removal: all that stays, and its price.
import { counted } from '@mymlops/protocol';
import { isEmpty, type Kept } from '../kept';

export interface Left {
  project: string;
  projectNumber: string;
  deployment: string;
  region: string;
  stateBucket: string;
  kept: Kept;
}

/**
 * Prices of 2026, in the United States: https://cloud.google.com/firestore/pricing, /storage/pricing, /secret-manager/pricing,
 * /compute/disks-image-pricing
 */
export function leftBehind({ project, projectNumber, deployment, region, stateBucket, kept }: Left): string {
  const { database, buckets, secrets, images } = kept;
  const stays = [
    ...(database === undefined ? [] : [`  the run history: database ${database}, about $0.15 a month for each GiB`]),
    ...buckets.map(({ kind, name }) => `  ${WHAT[kind]}: gs://${name}, about $0.02 a month for each GiB`),
    ...(secrets.length > 0
      ? [`  ${counted(secrets.length, 'secret')}: ${secrets.join(', ')}, $0.06 a month for each version`]
      : []),
    ...(images.length > 0
      ? [`  ${counted(images.length, 'image')}: ${images.join(', ')}, $0.05 a month for each GiB of data in them`]
      : []),
  ];
  const deleted =
    '  What was in the buckets can be restored for a week, and is billed so long: gcloud storage restore --help';
  return [
    ...(isEmpty(kept) ? ['Its history, results, secrets and images are deleted.', deleted] : ['Kept:', ...stays]),
    'Left behind:',
    `  Terraform's state, and your choices: gs://${stateBucket}, less than a cent a month`,
    `  Google's own copies of the functions' sources: gs://gcf-v2-sources-${projectNumber}-${region}, less than a cent a month`,
    "  the functions' and VMs' logs: Google deletes them after 30 days. The APIs stay enabled, which costs nothing",
    ...(isEmpty(kept)
      ? [`The rest: gcloud storage rm --recursive gs://${stateBucket}`]
      : [
          'The next `deploy` finds what is kept, and takes it in. To delete it:',
          `  npx mymlops-client --project ${project} deploy --destroy --delete-history ${deployment}`,
        ]),
  ].join('\n');
}

const WHAT = { results: 'results and snapshots', live: 'logs and checkpoints of the last runs' } as const;
