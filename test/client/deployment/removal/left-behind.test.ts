// The last words of a removal: each thing that stays, with its price, and the line that deletes it.
import type { Kept } from '../../../../client/src/deployment/kept';
import { leftBehind } from '../../../../client/src/deployment/removal/left-behind';
import { CHOICES, DATABASE, LIVE, RESULTS } from './a-removal';

const words = (kept: Kept): string =>
  leftBehind({
    ...{ project: 'my-project', projectNumber: '123', deployment: CHOICES.deployment, region: 'europe-west4' },
    ...{ stateBucket: 'state-bucket', kept },
  });

const ALWAYS = ['gs://state-bucket', 'gs://gcf-v2-sources-123-europe-west4', 'Google deletes them after 30 days'];
const DELETES = 'npx mymlops-client --project my-project deploy --destroy --delete-history mymlops';

test.each<[what: string, kept: Kept, named: string[], unnamed: string[]]>([
  [
    'everything',
    {
      ...{ database: DATABASE, secrets: ['mymlops_A', 'mymlops_B'], images: ['mymlops-a-1', 'mymlops-b-2'] },
      buckets: [
        { kind: 'results', name: RESULTS },
        { kind: 'live', name: LIVE },
      ],
    },
    [
      `database ${DATABASE}`,
      `results and snapshots: gs://${RESULTS}`,
      `gs://${LIVE}`,
      '2 secrets: mymlops_A, mymlops_B',
      '  2 images: mymlops-a-1, mymlops-b-2, $0.05 a month for each GiB of data in them',
      DELETES,
    ],
    ['are deleted', 'gcloud storage rm'],
  ],
  [
    'a secret',
    { secrets: ['mymlops_A'], buckets: [], images: [] },
    ['1 secret: mymlops_A', DELETES],
    ['run history', 'results and', 'image'],
  ],
  [
    'an image',
    { secrets: [], buckets: [], images: ['mymlops-a-1'] },
    ['1 image: mymlops-a-1', DELETES],
    ['secret', 'are deleted'],
  ],
  [
    'the database alone, after a deletion that was ended',
    { database: DATABASE, secrets: [], buckets: [], images: [] },
    [`database ${DATABASE}`, DELETES],
    ['secret', 'are deleted'],
  ],
  [
    'nothing',
    { secrets: [], buckets: [], images: [] },
    [
      'Its history, results, secrets and images are deleted.',
      'gcloud storage rm --recursive gs://state-bucket',
      'restored for a week',
    ],
    ['Kept:', '--delete-history'],
  ],
])('where %s is kept', (_what, kept, named, unnamed) => {
  const said = words(kept);
  for (const text of [...ALWAYS, ...named]) expect(said).toContain(text);
  for (const text of unnamed) expect(said).not.toContain(text);
});
