// The names of a deployment's buckets. What Google takes at all: google-names.test.ts.
import { bucketNames, newBucketSuffix } from '@mymlops/protocol';

test.each([
  ['p', 'd', 'p-d-results-bcdfghjk', 'p-d-live-bcdfghjk'],
  ['example.com:old-project', 'd', 'old-project-d-results-bcdfghjk', 'old-project-d-live-bcdfghjk'],
  ['a-goog-project', 'd', 'd-results-bcdfghjk', 'd-live-bcdfghjk'],
])('of %s and %s', (project, deployment, results, live) => {
  expect(bucketNames(project, deployment, 'bcdfghjk')).toEqual({ results, live });
});

test('the longest project is cut, never the deployment or what was made by chance', () => {
  const { results, live } = bucketNames(`${'p'.repeat(24)}-${'q'.repeat(5)}`, 'd'.repeat(20), 'bcdfghjk');
  expect(results).toBe(`${'p'.repeat(24)}-${'d'.repeat(20)}-results-bcdfghjk`);
  expect(results.length).toBeLessThanOrEqual(63);
  expect(live.length).toBeLessThanOrEqual(63);
});

test('the end of a name is made by chance', () => {
  let next = 0;
  expect(newBucketSuffix((below) => next++ % below)).toBe('bcdfghjk');
  expect(newBucketSuffix((below) => below - 1)).toBe('99999999');
});
