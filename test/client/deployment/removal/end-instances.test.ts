// `--force` has the functions delete interactive instances with their disks; without it, they are in the way, stopped ones too.
import { INSTANCE_REQUESTS, parseWith } from '@mymlops/protocol';
import { countOf, findLiveWork, refuseLiveWork } from '../../../../client/src/deployment/removal/live-work';
import { endAll, endRefusal, liveRuns, OTHER, RUNS, vm } from './a-live-removal';
import { DEPLOYMENT } from './a-removal';

/** One that is ready and one that is stopped, each with its VM, beside what is no more than a document; `isWorking` as above. No run lives. */
async function instances({ isWorking = true, ...options }: { isWorking?: boolean; lacks?: string[] } = {}) {
  const removal = await liveRuns(options);
  const { state } = removal;
  const sent: unknown[] = [];
  state.runs = {};
  state.instances = {
    cpu: { live: true, status: 'ready', uid: 'aaaaaa' },
    gone: { live: false, status: 'deleted', uid: 'cccccc' },
    gpu: { live: false, status: 'stopped', uid: 'bbbbbb' },
    never: { live: false, status: 'failed', uid: 'dddddd' },
  };
  state.vms = [vm('mymlops-cpu-aaaaaa-1'), { ...vm('mymlops-gpu-bbbbbb-1'), status: 'TERMINATED' }, OTHER];
  const disk = (name: string) => ({
    ...{ name, zone: 'us-east1-c', labels: { 'mymlops-deployment': DEPLOYMENT }, user: name, autoDelete: false },
  });
  state.disks = [disk('mymlops-cpu-aaaaaa-1'), disk('mymlops-gpu-bbbbbb-1')];
  state.onPublished = (_topic, message) => {
    sent.push(message);
    const { name = '' } = message;
    const known = state.instances[name];
    if (!isWorking || !known) return;
    known.status = 'deleted';
    const its = `mymlops-${name}-${known.uid}-1`;
    state.vms = state.vms.filter((one) => one.name !== its);
    state.disks = state.disks.filter((one) => one.name !== its);
  };
  return Object.assign(removal, { sent });
}

test('are deleted by the functions, those that are stopped too, with messages that they take', async () => {
  const removal = await instances();
  await endAll(removal);
  expect(removal.sent).toMatchObject([
    { type: 'delete', name: 'cpu', uid: 'aaaaaa' },
    { type: 'delete', name: 'gpu', uid: 'bbbbbb' },
  ]);
  for (const message of removal.sent) {
    expect(parseWith(INSTANCE_REQUESTS.delete, message)).toMatchObject({ ok: true });
  }
  expect(removal.said).toContain('Deleting 2 instances with VM and disk. Waiting until the functions have ended them.');
  expect([removal.state.vms, removal.state.disks]).toEqual([[OTHER], []]);
});

test('are deleted beside runs, which are cancelled', async () => {
  const removal = await instances();
  const { onPublished } = removal.state;
  removal.state.runs = { [RUNS[0] ?? '']: { live: true, status: 'running' } };
  removal.state.onPublished = (topic, message) => {
    if (message.type === 'cancel') removal.state.runs = {};
    onPublished(topic, message);
  };
  await endAll(removal);
  expect(removal.said).toContain(
    'Cancelled 1 run. Deleting 2 instances with VM and disk. Waiting until the functions have ended them.',
  );
});

test('that the functions do not delete: said after five minutes, and VMs and disks are deleted', async () => {
  const removal = await instances({ isWorking: false });
  await endAll(removal);
  expect(removal.said.join('\n')).toContain(
    [
      'The functions have not ended 2 instances in 5 minutes. Their VMs are deleted nevertheless:',
      "  instance cpu: ready, and its disk with its user's work",
    ].join('\n'),
  );
  expect([removal.state.vms, removal.state.disks]).toEqual([[OTHER], []]);
});

test('without the topic: said at once', async () => {
  const removal = await instances();
  removal.state.topics.clear();
  await endAll(removal);
  expect(removal.said).toContain(
    'The topic mymlops-requests does not exist any more, so no function can end the instances.',
  );
  expect([removal.state.vms, removal.state.disks]).toEqual([[OTHER], []]);
});

test('without pubsub.topics.publish the sentence names it, and nothing is deleted', async () => {
  const removal = await instances({ lacks: ['pubsub.topics.publish'] });
  expect(await endRefusal(removal)).toMatch(/^You may not delete the instances .*\(pubsub\.topics\.publish\)/);
  expect(removal.state.disks).toHaveLength(2);
});

test('without --force: the refusal names each, and how to delete it', async () => {
  const removal = await instances();
  const live = await findLiveWork(removal.administration, DEPLOYMENT);
  expect(refuseLiveWork(live, 'my-project').message.split('\n')).toEqual([
    '2 instances and 2 VMs of this deployment still live:',
    "  instance cpu: ready, and its disk with its user's work",
    "  instance gpu: stopped, and its disk with its user's work",
    '  VM mymlops-cpu-aaaaaa-1 in us-east1-c: RUNNING',
    '  VM mymlops-gpu-bbbbbb-1 in us-east1-c: TERMINATED',
    'Nothing was changed.',
    'Delete the instances with their disks: npx mymlops-client --project my-project delete NAME',
    'Or let `deploy --destroy --force` end them, and delete the VMs and the disks, with the work that is on them.',
  ]);
});

test('one whose VM somebody has deleted is in the way with its disk', async () => {
  const removal = await instances();
  removal.state.instances = { gpu: { live: false, status: 'stopped', uid: 'bbbbbb' } };
  removal.state.vms = [OTHER];
  removal.state.disks = removal.state.disks
    .slice(1)
    .map(({ name, zone, labels, autoDelete }) => ({ name, zone, labels, autoDelete }));
  const live = await findLiveWork(removal.administration, DEPLOYMENT);
  expect(countOf(live)).toBe('1 instance and 1 disk');
  await endAll(removal);
  expect(removal.state.disks).toEqual([]);
});

test('more than a page has, each once', async () => {
  const removal = await instances();
  const many = Array.from({ length: 305 }, (_, at) => `i${String(at).padStart(4, '0')}`);
  removal.state.instances = Object.fromEntries(
    many.map((name) => [name, { live: false, status: 'stopped', uid: 'eeeeee' }]),
  );
  await endAll(removal);
  expect(removal.sent).toMatchObject(many.map((name) => ({ name })));
});
