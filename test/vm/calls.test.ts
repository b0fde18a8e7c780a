// How many calls a VM makes until its command begins. Each costs its time on every start, and the metadata server has a quota.
import { base64 } from '@mymlops/protocol';
import { PREFIX, destroyVms, startVm } from './start-vm';

afterEach(destroyVms);

test('until the command begins the agent makes these calls, and no other', async () => {
  const vm = await startVm({
    command: 'curl -s -H Metadata-Flavor:Google "$BEGAN"; exec sleep 600 #',
    prepare: (google) =>
      google.attributes.set(
        'mymlops-env-64',
        base64(`BEGAN=${base64(`${google.url}/computeMetadata/v1/instance/began`)}`),
      ),
    metadata: { 'mymlops-heartbeat-seconds': '3600', 'mymlops-progress-seconds': '3600' },
  });
  const { google } = vm;
  await google.until('the command', () => google.metadataCalls.includes('began'));
  expect(google.metadataCalls.toSorted()).toEqual([
    'attributes/',
    'began',
    'id',
    'image',
    'service-accounts/default/identity',
    'service-accounts/default/token',
  ]);
  expect(google.bucketCalls.toSorted()).toEqual(
    [
      `POST ${PREFIX}claim`,
      `GET ${PREFIX}claim`,
      // Beside the claim, and right before the command.
      `GET ${PREFIX}fenced`,
      `GET ${PREFIX}fenced`,
      'GET sources/tree.bundle',
    ].toSorted(),
  );
  // One a phase, or one for both where the second begins before the first is sent.
  expect(google.reports.length).toBeLessThanOrEqual(2);
});
