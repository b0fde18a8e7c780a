// An API that is off proves that nothing lives only where it is that of Compute Engine: without it no VM can exist.
import { findLiveWork } from '../../../../client/src/deployment/removal/live-work';
import { anAdministration, off, refused, value } from '../checks/an-administration';

const FIRESTORE = 'firestore.googleapis.com';
const COMPUTE = 'compute.googleapis.com';
const A_RUN = { run: '20260101-000000-abcd', status: 'running' };
const nothing = { runs: [], builds: [], instances: [], vms: [], disks: [] };

test('without the API of Compute Engine there is no VM and no disk; the runs are still looked at', async () => {
  const compute = { withLabel: () => off(COMPUTE) };
  const history = { liveRuns: () => value([A_RUN]) };
  const administration = anAdministration({ vms: compute, disks: compute, history });
  expect(await findLiveWork(administration, 'team')).toEqual({ ...nothing, runs: [A_RUN] });
});

test.each(['liveRuns', 'liveBuilds', 'instances'] as const)(
  'without the API of Firestore the database may be full of runs, and none was taken to live: %s',
  async (read) => {
    const administration = anAdministration({ history: { [read]: () => off(FIRESTORE) } });
    await expect(findLiveWork(administration, 'team')).rejects.toMatchObject({
      name: 'ExpectedError',
      message: expect.stringMatching(
        `The API ${FIRESTORE} is off in project my-project. Run: gcloud services enable ${FIRESTORE} --project my-project`,
      ),
    });
  },
);

test('without the database nothing lives in it', async () => {
  const gone = () => refused({ status: 404, message: 'The database team-runs does not exist.' });
  const administration = anAdministration({ history: { liveRuns: gone, liveBuilds: gone, instances: gone } });
  expect(await findLiveWork(administration, 'team')).toEqual(nothing);
});

test.each([
  [
    'another API is off',
    { reason: 'SERVICE_DISABLED', service: 'cloudresourcemanager.googleapis.com', message: 'off' },
  ],
  ['something is not found', { status: 404, message: 'not found' }],
])('a list of VMs that is refused as %s does not tell that there are none', async (_what, refusal) => {
  const administration = anAdministration({ vms: { withLabel: () => refused(refusal) } });
  await expect(findLiveWork(administration, 'team')).rejects.toMatchObject({ name: 'ExpectedError' });
});
