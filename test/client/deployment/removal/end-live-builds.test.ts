// `--force` ends builds of images as it ends runs; without it, they are in the way.
import { IMAGE_REQUESTS, parseWith, RUN_REQUESTS } from '@mymlops/protocol';
import { countOf, findLiveWork, refuseLiveWork } from '../../../../client/src/deployment/removal/live-work';
import { endAll, endRefusal, liveRuns, OTHER, RUNS, vm } from './a-live-removal';
import { DEPLOYMENT } from './a-removal';

const BUILDS = ['20260103-000000-aaaa', '20260103-000000-bbbb'];
const RUN = { run: 'a', status: 'running' };
const BUILD = { build: 'a', status: 'queued' };
const VM = { name: 'a', zone: 'b', status: 'RUNNING' };

interface Sent {
  type: string;
  build?: string | undefined;
}

/** One that is queued and one with a VM, beside one that has ended; `isWorking` as above. No run lives. */
async function liveBuilds({ isWorking = true, ...options }: { isWorking?: boolean; lacks?: string[] } = {}) {
  const removal = await liveRuns(options);
  const { state } = removal;
  const sent: Sent[] = [];
  state.runs = {};
  state.builds = {
    [BUILDS[0] ?? '']: { live: true, status: 'queued' },
    [BUILDS[1] ?? '']: { live: true, status: 'building' },
    '20260103-000000-zzzz': { live: false, status: 'ready' },
  };
  state.vms = [vm(`mymlops-image-${BUILDS[1]}-1`), OTHER];
  state.onPublished = (_topic, { type, build }) => {
    sent.push({ type, build });
    if (isWorking && build !== undefined) state.builds[build] = { live: false, status: 'cancelled' };
  };
  return Object.assign(removal, { sent });
}

const CANCELS = BUILDS.map((build) => ({ type: 'cancel-build', build }));

test('are cancelled, waited for, and then VMs go', async () => {
  const removal = await liveBuilds();
  await endAll(removal);
  expect(removal.sent).toEqual(CANCELS);
  expect(removal.said).toContain('Cancelled 2 builds. Waiting until the functions have ended them.');
  expect(removal.state.vms).toEqual([OTHER]);
});

test('are cancelled beside runs, with messages that the functions take', async () => {
  const removal = await liveBuilds();
  const messages: unknown[] = [];
  removal.state.runs = { [RUNS[0] ?? '']: { live: true, status: 'running' } };
  removal.state.onPublished = (_topic, message) => {
    messages.push(message);
    removal.state.runs = {};
    removal.state.builds = {};
  };
  await endAll(removal);
  expect(messages).toHaveLength(3);
  const [run, ...builds] = messages;
  expect(parseWith(RUN_REQUESTS.cancel, run)).toMatchObject({ ok: true });
  for (const build of builds) expect(parseWith(IMAGE_REQUESTS['cancel-build'], build)).toMatchObject({ ok: true });
  expect(removal.said).toContain('Cancelled 1 run and 2 builds. Waiting until the functions have ended them.');
});

test('that the functions do not end: said after five minutes, and the VMs are deleted', async () => {
  const removal = await liveBuilds({ isWorking: false });
  await endAll(removal);
  expect(removal.said.join('\n')).toContain(
    `The functions have not ended 2 builds in 5 minutes. Their VMs are deleted nevertheless:\n  build ${BUILDS[0]}: queued`,
  );
  expect(removal.state.vms).toEqual([OTHER]);
});

test('without the topic: said at once', async () => {
  const removal = await liveBuilds();
  removal.state.topics.clear();
  await endAll(removal);
  expect(removal.said).toContain(
    'The topic mymlops-requests does not exist any more, so no function can end the builds.',
  );
  expect(removal.state.vms).toEqual([OTHER]);
});

test('without pubsub.topics.publish the sentence names it', async () => {
  const removal = await liveBuilds({ lacks: ['pubsub.topics.publish'] });
  expect(await endRefusal(removal)).toMatch(/^You may not cancel the builds .*\(pubsub\.topics\.publish\)/);
});

test('more than a page has, each once', async () => {
  const removal = await liveBuilds();
  const many = Array.from({ length: 305 }, (_, at) => `20260104-000000-${String(at).padStart(4, '0')}`);
  removal.state.builds = Object.fromEntries(many.map((build) => [build, { live: true, status: 'queued' }]));
  await endAll(removal);
  expect(removal.sent.map(({ build }) => build)).toEqual(many);
});

test('without --force: the refusal names each, and how to cancel it', async () => {
  const removal = await liveBuilds();
  const live = await findLiveWork(removal.administration, DEPLOYMENT);
  expect(refuseLiveWork(live, 'my-project').message.split('\n')).toEqual([
    '2 builds and 1 VM of this deployment still live:',
    `  build ${BUILDS[0]}: queued`,
    `  build ${BUILDS[1]}: building`,
    `  VM mymlops-image-${BUILDS[1]}-1 in us-east1-c: RUNNING`,
    'Nothing was changed.',
    'End the builds: npx mymlops-client --project my-project image cancel BUILD',
    'Or let `deploy --destroy --force` end them, and delete the VMs.',
  ]);
});

test.each([
  [{}, ''],
  [{ vms: [VM] }, '1 VM'],
  [{ runs: [RUN], vms: [VM] }, '1 run and 1 VM'],
  [{ runs: [RUN, RUN], builds: [BUILD], vms: [VM] }, '2 runs, 1 build and 1 VM'],
])('a count in words: %j', (work, words) => {
  expect(countOf(work)).toBe(words);
});
