// What is deleted on the word of a sweep: that very VM or disk, still ours, still needed by nothing.
import { orphanCandidateId, type ReapRequest } from '@mymlops/protocol';
import { reap } from '../../functions/src/control/reap';
import { runKind } from '../../functions/src/engine/run/kind';
import { aRun, makeVm } from '../effects/task';
import { BUCKETS } from '../fakes/buckets';
import { anAttempt, aVm, RUN } from '../fakes/builders';
import { FIRST_IDS } from '../fakes/fake-compute';
import { fakeGoogle, type FakeGoogle } from '../fakes/google';

const { name, zone } = aVm();
const ofVm: ReapRequest = { v: 1, type: 'reap', resource: 'vm', zone, name, id: FIRST_IDS.vm };
const ofDisk: ReapRequest = { ...ofVm, resource: 'disk', id: FIRST_IDS.disk };
const GRACE_MS = 570_000;

/** The VM of attempt 1, with its disk, in a project that knows the run or does not. */
async function setUp(state?: ReturnType<typeof aRun>): Promise<FakeGoogle> {
  const google = fakeGoogle();
  await makeVm(google);
  if (state) google.documents.set(RUN, { state, summary: runKind.summarize(state, { buckets: BUCKETS }), version: 1 });
  return google;
}

function mark(google: FakeGoogle, request: ReapRequest, ageMs: number): void {
  const { resource, id } = request;
  const firstSeenAt = new Date(google.nowMs - ageMs).toISOString();
  google.orphanCandidates.set(orphanCandidateId(request), { v: 1, resource, name, zone, id, firstSeenAt });
}

const left = ({ vms, disks }: FakeGoogle): number[] => [vms.size, disks.size];
const settled = {
  ...aRun({ 1: anAttempt({ goneAt: '2026-11-21T10:00:00.000Z' }) }),
  cleanedAt: '2026-11-21T10:00:00.000Z',
};

test('what a settled run left goes at once, with its disk', async () => {
  const google = await setUp(settled);
  await reap(ofVm, google.context);
  expect(left(google)).toEqual([0, 0]);
});

test('what a live run needs stays', async () => {
  const google = await setUp(aRun({ 1: anAttempt() }));
  mark(google, ofVm, 10 * GRACE_MS);
  await reap(ofVm, google.context);
  expect(left(google)).toEqual([1, 1]);
});

test.each([
  ['without a mark', undefined, [1, 1]],
  ['with a mark of less than the grace period', GRACE_MS - 1, [1, 1]],
  ['with one that is as old', GRACE_MS, [0, 0]],
] as const)('an orphan %s: VMs and disks left are %j', async (_what, ageMs, expected) => {
  const google = await setUp();
  if (ageMs !== undefined) mark(google, ofVm, ageMs);
  await reap(ofVm, google.context);
  expect(left(google)).toEqual(expected);
});

test("the mark of a VM's disk is not the VM's", async () => {
  const google = await setUp();
  mark(google, ofDisk, GRACE_MS);
  await reap(ofVm, google.context);
  expect(left(google)).toEqual([1, 1]);
});

test('a namesake with another id stays, and the mark of what was seen is dropped', async () => {
  const google = await setUp(settled);
  mark(google, { ...ofVm, id: '41' }, GRACE_MS);
  await reap({ ...ofVm, id: '41' }, google.context);
  expect([left(google), google.orphanCandidates.size]).toEqual([[1, 1], 0]);
});

test.each([ofVm, ofDisk])('of what is gone already the mark is dropped', async (request) => {
  const google = fakeGoogle();
  mark(google, request, GRACE_MS);
  await reap(request, google.context);
  expect(google.orphanCandidates.size).toBe(0);
});

test('what a user has taken our label off stays', async () => {
  const google = await setUp(settled);
  for (const vm of google.vms.values()) vm.labels = { 'mymlops-deployment': 'another' };
  await reap(ofVm, google.context);
  expect(left(google)).toEqual([1, 1]);
});

test('nor does its mark stay, however young', async () => {
  const google = await setUp();
  mark(google, ofVm, 1000);
  for (const vm of google.vms.values()) vm.labels = { 'mymlops-deployment': 'another' };
  await reap(ofVm, google.context);
  expect([left(google), google.orphanCandidates.size]).toEqual([[1, 1], 0]);
});

test('a mark stays until the deletion is proven', async () => {
  const google = await setUp();
  mark(google, ofVm, GRACE_MS);
  google.faults.looks = 1;
  await reap(ofVm, google.context);
  expect(google.orphanCandidates.size).toBe(1);
  await reap(ofVm, google.context);
  expect([left(google), google.orphanCandidates.size]).toEqual([[0, 0], 0]);
});

test('a disk in use stays, whoever asks', async () => {
  const google = await setUp(settled);
  await reap(ofDisk, google.context);
  expect(left(google)).toEqual([1, 1]);
  google.vms.clear();
  await reap(ofDisk, google.context);
  expect(left(google)).toEqual([0, 0]);
});
