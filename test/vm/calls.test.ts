// How many calls a VM makes until its command begins. Each costs its time on every start, and the metadata server has a quota.
import { PREFIX, destroyVms, startVm } from './start-vm';

afterEach(destroyVms);

test('until the command begins the agent makes these calls, and no other', async () => {
  const vm = await startVm({
    command: 'exec sleep 600 #',
    metadata: { 'mymlops-heartbeat-seconds': '3600', 'mymlops-progress-seconds': '3600' },
  });
  const { google } = vm;
  await google.until('execute', () => google.reports.some(({ state }) => state.phase === 'execute'));
  expect(google.metadataCalls.toSorted()).toEqual([
    'attributes/',
    'id',
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
