// The Snapshots port on the stand-ins: what the port promises, over the real library and the real wire.
import { openBucketPort } from '../../functions/src/google/bucket';
import { openSnapshots } from '../../functions/src/google/snapshots';
import { BUCKETS } from '../fakes/buckets';
import { startStandIns } from './stand-ins';

let standIns: Awaited<ReturnType<typeof startStandIns>>;
beforeEach(async () => {
  standIns = await startStandIns();
});
afterEach(() => standIns.close());

const local = () => standIns.endpoints;
const where = { project: 'local', name: BUCKETS.results };

async function bucketWith(names: readonly string[]) {
  const bucket = openBucketPort(where, local);
  for (const name of names) await bucket.write(name, 'x');
  return { bucket, snapshots: openSnapshots(where, local) };
}

const namesIn = (found: readonly { object: string }[]): string[] => found.map(({ object }) => object);

test('a page has the length that the caller asks for, behind the name that was given, whether that still exists or not', async () => {
  const { snapshots } = await bucketWith([
    'runs/x/a',
    ...[1, 2, 3, 4].map((n) => `sources/${n}.bundle`),
    'sources/3.txt',
    'sourcesx/a',
    'tom',
  ]);
  const before = Date.now();
  const [first, ...more] = await snapshots.list(undefined, 2);
  expect(namesIn([...(first ? [first] : []), ...more])).toEqual(['sources/1.bundle', 'sources/2.bundle']);
  expect(Math.abs(Date.parse(first?.createdAt ?? '') - before)).toBeLessThan(60_000);
  expect(namesIn(await snapshots.list('sources/2.bundle', 2))).toEqual(['sources/3.bundle', 'sources/4.bundle']);
  expect(namesIn(await snapshots.list('sources/3.c.bundle', 2))).toEqual(['sources/4.bundle']);
  expect(await snapshots.list('sources/4.bundle', 2)).toEqual([]);
});

test('only the generation that was seen is deleted, any number of times', async () => {
  const { bucket, snapshots } = await bucketWith(['sources/1.bundle']);
  const [seen] = await snapshots.list(undefined, 1);
  await bucket.write('sources/1.bundle', 'again');
  await snapshots.remove('sources/1.bundle', seen?.generation ?? '');
  const [again] = await snapshots.list(undefined, 1);
  expect(again).toMatchObject({ object: 'sources/1.bundle' });
  for (let times = 0; times < 2; times++) await snapshots.remove('sources/1.bundle', again?.generation ?? '');
  expect(await snapshots.list(undefined, 1)).toEqual([]);
});
