// `--force` deletes the disks that no VM has: that of a VM that builds an image outlives it. Without it, they are in the way.
import { findLiveWork, refuseLiveWork } from '../../../../client/src/deployment/removal/live-work';
import { endAll, endRefusal, liveRuns, OTHER, RUNS, vm } from './a-live-removal';
import { DEPLOYMENT } from './a-removal';

interface DiskOptions {
  user?: string;
  deployment?: string;
  autoDelete?: boolean;
}

const disk = (name: string, { user, deployment = DEPLOYMENT, autoDelete = false }: DiskOptions = {}) => ({
  ...{ name, zone: 'us-east1-c', labels: { 'mymlops-deployment': deployment }, autoDelete },
  ...(user !== undefined && { user }),
});
const LEFT = 'mymlops-image-20260103-000000-aaaa-1';
const OTHERS_DISK = disk('mymlops-two-left', { deployment: 'mymlops-two' });

/** Nothing lives: one disk that a failure left, beside that of another deployment. */
async function leftDisk(options: { lacks?: string[] } = {}) {
  const removal = await liveRuns(options);
  removal.state.runs = {};
  removal.state.vms = [OTHER];
  removal.state.disks = [disk(LEFT), OTHERS_DISK];
  return removal;
}

const deletions = (calls: readonly string[]): string[] =>
  calls.filter((line) => line.startsWith('DELETE')).map((line) => line.split('/').slice(-2).join('/'));

test('the disk of a build that outlives its VM goes after the VM, and none of another deployment', async () => {
  const removal = await liveRuns();
  removal.state.vms = [vm(LEFT), OTHER];
  removal.state.disks = [disk(LEFT, { user: LEFT }), OTHERS_DISK];
  await endAll(removal);
  expect(removal.state.vms).toEqual([OTHER]);
  expect(removal.state.disks).toEqual([OTHERS_DISK]);
  expect(deletions(removal.state.calls)).toEqual([`instances/${LEFT}`, `disks/${LEFT}`]);
  expect(removal.said).toContain(`Deleting the disk ${LEFT} in us-east1-c`);
});

test('the disk of a VM of a run goes with its VM', async () => {
  const removal = await liveRuns();
  removal.state.disks = RUNS.map((run) => disk(`mymlops-${run}-1`, { user: `mymlops-${run}-1`, autoDelete: true }));
  await endAll(removal);
  expect(removal.state.disks).toEqual([]);
  expect(deletions(removal.state.calls)).toEqual(RUNS.map((run) => `instances/mymlops-${run}-1`));
});

test('more than a page has, each deleted once', async () => {
  const removal = await leftDisk();
  const many = Array.from({ length: 10 }, (_, at) => `${LEFT}${at}`);
  removal.state.disks = many.map((name) => disk(name));
  await endAll(removal);
  expect(removal.state.disks).toEqual([]);
  expect(deletions(removal.state.calls)).toEqual(many.map((name) => `disks/${name}`));
});

test('a disk that a VM of another deployment has stays, and is not in the way', async () => {
  const removal = await leftDisk();
  const used = disk(LEFT, { user: OTHER.name });
  removal.state.disks = [used];
  expect((await findLiveWork(removal.administration, DEPLOYMENT)).disks).toEqual([]);
  await endAll(removal);
  expect([removal.state.disks, deletions(removal.state.calls)]).toEqual([[used], []]);
});

test.each([
  ["The disk resource 'a' is already being used by 'b'", 'resourceInUseByAnotherResource'],
  ["The resource 'a' is not ready", 'resourceNotReady'],
])('a disk that is busy when its deletion comes is deleted at the next look: %s', async (message, reason) => {
  const removal = await leftDisk();
  removal.failNext('DELETE compute', 400, { error: { code: 400, message, errors: [{ message, reason }] } });
  await endAll(removal);
  expect(removal.state.disks).toEqual([OTHERS_DISK]);
  expect(deletions(removal.state.calls)).toEqual([`disks/${LEFT}`, `disks/${LEFT}`]);
  expect(removal.said.filter((line) => line.startsWith('Deleting the disk'))).toHaveLength(1);
});

test('another refusal of a deletion is shown, and not repeated', async () => {
  const removal = await leftDisk();
  const message = 'Invalid value for field disk';
  removal.failNext('DELETE compute', 400, { error: { code: 400, message, errors: [{ message, reason: 'invalid' }] } });
  expect(await endRefusal(removal)).toBe(
    `Google did not delete the disk ${LEFT} in project my-project: Invalid value for field disk`,
  );
});

test('one that is gone when its deletion comes', async () => {
  const removal = await leftDisk();
  const message = 'The resource was not found';
  removal.failNext('DELETE compute', 404, { error: { code: 404, message, errors: [] } });
  removal.onPause = () => void (removal.state.disks = []);
  await endAll(removal);
  expect(deletions(removal.state.calls)).toHaveLength(1);
});

test('the lost answer of a deletion changes nothing', async () => {
  const removal = await leftDisk();
  removal.loseNext('DELETE compute');
  await endAll(removal);
  expect(removal.state.disks).toEqual([OTHERS_DISK]);
});

test('one that stays ends with its name, after five minutes; the same line goes on', async () => {
  const removal = await leftDisk();
  Object.assign(removal.state.disks[0] ?? {}, { pollsLeft: 10_000 });
  expect(await endRefusal(removal)).toBe(
    [
      'These disks still exist after 5 minutes:',
      `  disk ${LEFT} in us-east1-c`,
      'Run the same line again: it goes on from here.',
    ].join('\n'),
  );
  expect(deletions(removal.state.calls)).toHaveLength(1);
  removal.state.disks = [];
  await endAll(removal);
});

test('without compute.disks.delete the sentence names it; with it, the same line goes on', async () => {
  const removal = await leftDisk({ lacks: ['compute.disks.delete'] });
  expect(await endRefusal(removal)).toMatch(
    /^You may not delete the disk .*\(compute\.disks\.delete\).*roles\/compute\.admin/,
  );
  removal.state.lacks.clear();
  await endAll(removal);
  expect(removal.state.disks).toEqual([OTHERS_DISK]);
});

test('without compute.disks.list nothing is taken for gone', async () => {
  const { administration } = await leftDisk({ lacks: ['compute.disks.list'] });
  await expect(findLiveWork(administration, DEPLOYMENT)).rejects.toThrow(
    /^You may not list the disks .*\(compute\.disks\.list\).*roles\/compute\.viewer/,
  );
});

test('a Ctrl-C before a deletion sends none', async () => {
  const removal = await leftDisk();
  removal.stop.abort();
  await expect(endAll(removal)).rejects.toThrow();
  expect(deletions(removal.state.calls)).toEqual([]);
});

describe('without --force', () => {
  test('a disk that an earlier failure left is named, and refused', async () => {
    const { administration } = await leftDisk();
    const { message, exitCode } = refuseLiveWork(await findLiveWork(administration, DEPLOYMENT), 'my-project');
    expect(message.split('\n')).toEqual([
      '1 disk of this deployment still exists:',
      `  disk ${LEFT} in us-east1-c`,
      'Nothing was changed.',
      'Let `deploy --destroy --force` delete the disks that no VM has.',
    ]);
    expect(exitCode).toBe(1);
  });

  test('beside runs and VMs', async () => {
    const removal = await liveRuns();
    removal.state.disks = [disk(LEFT), disk(`mymlops-${RUNS[0]}-1`, { user: `mymlops-${RUNS[0]}-1` })];
    const { message } = refuseLiveWork(await findLiveWork(removal.administration, DEPLOYMENT), 'my-project');
    expect(message).toMatch(/^2 runs, 2 VMs and 1 disk of this deployment still live:\n/);
    expect(message).toContain(`\n  disk ${LEFT} in us-east1-c\nNothing was changed.\n`);
    expect(message).toMatch(/\nOr let `deploy --destroy --force` end them, and delete the VMs and the disks\.$/);
  });
});
