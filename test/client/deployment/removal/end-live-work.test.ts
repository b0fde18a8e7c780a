// `--force`: runs are ended by their functions, then VMs are deleted, where functions, Google and the network do not do as hoped.
import { findLiveWork, refuseLiveWork } from '../../../../client/src/deployment/removal/live-work';
import { endAll, endRefusal, type Live, liveRuns, OTHER, RUNS, vm } from './a-live-removal';
import { DEPLOYMENT } from './a-removal';

test('runs end, then VMs go, and no VM of another deployment', async () => {
  const removal = await liveRuns();
  await endAll(removal);
  expect(removal.cancelled).toEqual(RUNS);
  expect(removal.state.vms).toEqual([OTHER]);
  const calls = removal.state.calls.filter((line) => /publish|DELETE/.test(line)).map((line) => line.split(' ')[1]);
  expect(calls).toEqual(['pubsub', 'pubsub', 'compute', 'compute']);
});

test('more runs and VMs than a page has', async () => {
  const removal = await liveRuns();
  const many = Array.from({ length: 305 }, (_, at) => `20260102-000000-${String(at).padStart(4, '0')}`);
  removal.state.runs = Object.fromEntries(many.map((run) => [run, { live: true, status: 'queued' }]));
  removal.state.vms = many.slice(0, 10).map((run) => vm(`mymlops-${run}-1`));
  await endAll(removal);
  expect(removal.cancelled).toEqual(many);
  expect(removal.state.vms).toEqual([]);
});

test('functions that do not end the runs: after five minutes it says so, and deletes the VMs', async () => {
  const removal = await liveRuns({ isWorking: false });
  await endAll(removal);
  expect(removal.said.join('\n')).toContain(
    `The functions have not ended 2 runs in 5 minutes. Their VMs are deleted nevertheless:\n  run ${RUNS[0]}: running`,
  );
  expect(removal.state.vms).toEqual([OTHER]);
  expect(removal.slept.filter((ms) => ms !== 5_000)).toEqual([]);
  expect(removal.slept.length).toBeGreaterThanOrEqual(60);
  expect(removal.slept.length).toBeLessThan(70);
});

test('a run that ends late is waited for', async () => {
  const removal = await liveRuns({ isWorking: false });
  removal.onPause = () => {
    if (removal.slept.length === 3) removal.state.runs = {};
  };
  await endAll(removal);
  expect(removal.said.join()).not.toContain('nevertheless');
});

test('without the topic there are no functions: said at once, and the VMs are deleted', async () => {
  const removal = await liveRuns();
  removal.state.topics.clear();
  await endAll(removal);
  expect(removal.said).toContain(
    'The topic mymlops-requests does not exist any more, so no function can end the runs.',
  );
  expect([removal.cancelled, removal.state.vms]).toEqual([[], [OTHER]]);
});

test('without the database no run can be known: the VMs are deleted', async () => {
  const removal = await liveRuns();
  removal.state.databases = {};
  await endAll(removal);
  expect([removal.cancelled, removal.state.vms]).toEqual([[], [OTHER]]);
});

test('a VM that stays ends with its name, after five minutes, and was deleted once', async () => {
  const removal = await liveRuns();
  const [stuck] = removal.state.vms;
  Object.assign(stuck ?? {}, { pollsLeft: 10_000 });
  expect(await endRefusal(removal)).toBe(
    [
      'These VMs still exist after 5 minutes:',
      `  VM mymlops-${RUNS[0]}-1 in us-east1-c: STOPPING`,
      'Run the same line again: it goes on from here.',
    ].join('\n'),
  );
  expect(removal.state.calls.filter((line) => line.startsWith('DELETE') && line.includes(RUNS[0] ?? ''))).toHaveLength(
    1,
  );
  removal.state.vms = [];
  await endAll(removal);
});

test('a VM that a function makes meanwhile goes, too', async () => {
  const removal = await liveRuns();
  removal.onPause = () => {
    if (removal.slept.length === 1) removal.state.vms.push(vm('mymlops-late-1'));
  };
  await endAll(removal);
  expect(removal.state.vms).toEqual([OTHER]);
});

describe.each([
  ['pubsub.topics.publish', /^You may not cancel the runs .*\(pubsub\.topics\.publish\).*roles\/pubsub\.publisher/],
  ['compute.instances.delete', /^You may not delete the VM .*\(compute\.instances\.delete\).*roles\/compute\.admin/],
])('without %s', (permission, sentence) => {
  test('the sentence names it; with it, the same line goes on', async () => {
    const removal = await liveRuns({ lacks: [permission] });
    expect(await endRefusal(removal)).toMatch(sentence);
    removal.state.lacks.clear();
    await endAll(removal);
    expect(removal.state.vms).toEqual([OTHER]);
  });
});

test.each([
  ['compute.instances.list', /^You may not list the VMs .*\(compute\.instances\.list\).*roles\/compute\.viewer/],
  ['datastore.entities.list', /^You may not read the runs .*\(datastore\.entities\.list\).*roles\/datastore\.viewer/],
])('without %s nothing is taken for gone', async (permission, sentence) => {
  const { administration } = await liveRuns({ lacks: [permission] });
  await expect(findLiveWork(administration, DEPLOYMENT)).rejects.toThrow(sentence);
});

test.each([
  ['a cancel', 'POST pubsub'],
  ['the deletion of a VM', 'DELETE compute'],
])('the lost answer of %s changes nothing', async (_what, call) => {
  const removal = await liveRuns();
  removal.loseNext(call);
  await endAll(removal);
  expect([new Set(removal.cancelled), removal.state.vms]).toEqual([new Set(RUNS), [OTHER]]);
});

test('a VM that is gone when its deletion comes', async () => {
  const removal = await liveRuns();
  const message = 'The resource was not found';
  removal.failNext('DELETE compute', 404, { error: { code: 404, message, errors: [] } });
  removal.onPause = () => {
    if (removal.slept.length === 1) removal.state.vms = removal.state.vms.filter(({ status }) => status === 'STOPPING');
  };
  await endAll(removal);
  expect(removal.state.vms).toEqual([]);
});

test('a Ctrl-C between two cancels sends no more', async () => {
  const removal = await liveRuns();
  const publish = removal.state.onPublished;
  removal.state.onPublished = (topic, message) => {
    publish(topic, message);
    removal.stop.abort();
  };
  await expect(endAll(removal)).rejects.toThrow();
  expect(removal.cancelled).toEqual(RUNS.slice(0, 1));
  expect(removal.state.calls.filter((line) => line.startsWith('DELETE'))).toEqual([]);
});

test('killed in the middle, and called again: what has ended is not cancelled again', async () => {
  const removal = await liveRuns({ isWorking: false });
  removal.onPause = () => removal.stop.abort();
  await expect(endAll(removal)).rejects.toThrow('interrupted');
  removal.state.runs[RUNS[0] ?? ''] = { live: false, status: 'cancelled' };
  removal.cancelled.length = 0;
  const again: Live = { ...removal, given: { ...removal.given } };
  again.given.context = { ...removal.given.context, interrupted: new AbortController().signal };
  again.given.sleep = (ms) => {
    removal.slept.push(ms);
    removal.state.runs = {};
    return Promise.resolve();
  };
  await endAll(again);
  expect([removal.cancelled, removal.state.vms]).toEqual([RUNS.slice(1), [OTHER]]);
});

test('without --force: the refusal names each, and both ways on', async () => {
  const { administration } = await liveRuns();
  const { message, exitCode } = refuseLiveWork(await findLiveWork(administration, DEPLOYMENT), 'my-project');
  expect(message.split('\n')).toEqual([
    '2 runs and 2 VMs of this deployment still live:',
    ...RUNS.map((run) => `  run ${run}: running`),
    ...RUNS.map((run) => `  VM mymlops-${run}-1 in us-east1-c: RUNNING`),
    'Nothing was changed.',
    'End the runs: npx mymlops-client --project my-project cancel RUN',
    'Or let `deploy --destroy --force` end them, and delete the VMs.',
  ]);
  expect(exitCode).toBe(1);
});
