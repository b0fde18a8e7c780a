// Which of some permissions a caller has on a bucket, as the client asks before a commit.
import { namesOf, grantsOf, type Endpoints } from '@mymlops/protocol';
import { openBucket } from '../../../../client/src/google/bucket';
import { createRights } from '../../../../deploy/local/shared/rights';
import { BUCKETS } from '../../../fakes/buckets';
import { auth } from '../harness';
import { startStandIns, type StandIns } from '../stand-ins';
import { useTempFolders } from '../../../client/temp-folder';

const NAMES = { ...namesOf('local', 'mymlops'), buckets: BUCKETS };
const tempFolder = useTempFolders();

async function withClient<T>(
  grants: ReturnType<typeof grantsOf>,
  work: (endpoints: Endpoints) => Promise<T>,
): Promise<T> {
  const standIns: StandIns = await startStandIns(tempFolder(), { rights: createRights(NAMES, { grants }) });
  try {
    return await work({ ...standIns.endpoints, token: auth.tokenOf('client') });
  } finally {
    await standIns.close();
  }
}

const mayUpload = (endpoints: Endpoints, bucket: string): Promise<boolean> =>
  openBucket({ names: NAMES, endpoints, deadlineMs: 10_000 }, bucket).mayUpload();

test('a client may upload results, and nothing to the live bucket', async () => {
  await withClient(grantsOf(NAMES), async (endpoints) => {
    expect(await mayUpload(endpoints, BUCKETS.results)).toBe(true);
    expect(await mayUpload(endpoints, BUCKETS.live)).toBe(false);
  });
});

test('without its right it may not; the question itself takes none', async () => {
  await withClient([], async (endpoints) => expect(await mayUpload(endpoints, BUCKETS.results)).toBe(false));
});

test('a bucket that does not exist is an error', async () => {
  await withClient(grantsOf(NAMES), async (endpoints) => {
    await expect(mayUpload(endpoints, 'absent')).rejects.toThrow(/does not exist/);
  });
});
