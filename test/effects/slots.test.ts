// max_parallel: so many runs have a VM at the same time, first come first served, and nobody starves.
import { DEPLOYMENT_POOL, profilePool } from '@mymlops/protocol';
import { KINDS } from '../../functions/src/control/kinds';
import { aCommit } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';
import { toyKindIn } from '../fakes/toy-kind';

type Deployment = ReturnType<typeof fakeDeployment>;

const id = (number: number): string => `20261121-100000-${String(number).padStart(4, '0')}`;
const withVm = ({ google }: Deployment): string[] =>
  [...google.vms.values()].map(({ labels }) => labels['mymlops-run'] ?? '').toSorted();

async function publishRuns(deployment: Deployment, count: number, overrides = {}): Promise<void> {
  for (let number = 1; number <= count; number++) await deployment.publish(aCommit({ run: id(number), ...overrides }));
}

const cancelOf = (number: number) => ({
  v: 1,
  type: 'cancel',
  run: id(number),
  by: 'ada',
  at: '2026-11-21T10:00:05.000Z',
});

test('the runs beyond the limit wait, and say for what and since when; each end lets the next one in', async () => {
  const deployment = fakeDeployment();
  deployment.google.context.settings.maxParallel = 2;
  await publishRuns(deployment, 5);
  expect(withVm(deployment)).toEqual([id(1), id(2)]);
  expect(deployment.summary(id(3))).toMatchObject({ status: 'queued', live: true });
  expect(deployment.summary(id(3)).message).toBe(
    "Waiting for a free slot since 2026-11-21 10:00 UTC (the deployment's max_parallel is reached)",
  );
  await deployment.publish(cancelOf(1));
  expect(withVm(deployment)).toEqual([id(2), id(3)]);
  await deployment.publish(cancelOf(2));
  await deployment.publish(cancelOf(3));
  expect(withVm(deployment)).toEqual([id(4), id(5)]);
});

describe('where the VMs of a deployment are', () => {
  const zonesOf = ({ google }: Deployment): string[] => [...google.vms.values()].map(({ zone }) => zone);
  const inZones = (...zones: string[]): Deployment => {
    const deployment = fakeDeployment();
    deployment.google.zones = zones;
    return deployment;
  };

  test('they are spread over the zones, so that one zone does not take them all', async () => {
    const deployment = inZones('a', 'b', 'c');
    await publishRuns(deployment, 5);
    expect(zonesOf(deployment)).toEqual(['a', 'b', 'c', 'a', 'b']);
  });

  test('one that has ended counts no more', async () => {
    const deployment = inZones('a', 'b');
    await publishRuns(deployment, 2);
    await deployment.publish(cancelOf(2));
    await deployment.publish(aCommit({ run: id(3) }));
    await deployment.publish(aCommit({ run: id(4) }));
    expect(zonesOf(deployment)).toEqual(['a', 'b', 'a']);
  });

  test('a run that is brought back goes where the fewest are, and counts there', async () => {
    const deployment = inZones('a', 'b', 'c');
    await publishRuns(deployment, 5);
    const lost = [...deployment.google.vms.keys()].find((key) => key.includes(id(3))) ?? '';
    deployment.google.vms.delete(lost);
    await deployment.sweep();
    // Two each in a and b; c, where it was lost, comes last nevertheless.
    expect(deployment.state(id(3)).attempts[2]?.vm.zone).toBe('a');
    await deployment.publish(aCommit({ run: id(6) }));
    await deployment.publish(aCommit({ run: id(7) }));
    expect(zonesOf(deployment).toSorted()).toEqual(['a', 'a', 'a', 'b', 'b', 'c', 'c']);
  });

  test('a zone that was stocked out lately comes after a crowded one', async () => {
    const deployment = inZones('a', 'b');
    deployment.google.faults.stockedOut = new Set(['b']);
    await publishRuns(deployment, 3);
    expect(zonesOf(deployment)).toEqual(['a', 'a', 'a']);
    expect(Object.keys(deployment.state(id(3)).attempts)).toEqual(['1']);
  });

  test('a first attempt reads nothing for it', async () => {
    const deployment = inZones('a', 'b');
    let reads = 0;
    deployment.google.calls.before = (name) => void (name === 'slots.load' && reads++);
    await publishRuns(deployment, 2);
    expect(reads).toBe(2);
  });
});

test('a profile has a limit of its own, and those who wait for it hold nobody up', async () => {
  const deployment = fakeDeployment();
  deployment.google.context.settings.maxParallel = 3;
  await publishRuns(deployment, 4, { profile: 'gpu', maxParallel: 1 });
  await deployment.publish(aCommit({ run: id(9) }));
  expect(withVm(deployment)).toEqual([id(1), id(9)]);
  expect(deployment.summary(id(2)).message).toContain("the profile's (gpu) max_parallel");
  await deployment.publish(cancelOf(1));
  expect(withVm(deployment)).toEqual([id(2), id(9)]);
});

test('runs without a profile share a pool, and say that they are waiting for it', async () => {
  const deployment = fakeDeployment();
  await publishRuns(deployment, 2, { maxParallel: 1 });
  expect(deployment.summary(id(2)).message).toBe(
    "Waiting for a free slot since 2026-11-21 10:00 UTC (the profile's max_parallel is reached)",
  );
});

test('a run that waits can be cancelled, and leaves the queue', async () => {
  const deployment = fakeDeployment();
  deployment.google.context.settings.maxParallel = 1;
  await publishRuns(deployment, 3);
  await deployment.publish(cancelOf(2));
  expect(deployment.summary(id(2))).toMatchObject({ status: 'cancelled', live: false });
  await deployment.publish(cancelOf(1));
  expect(withVm(deployment)).toEqual([id(3)]);
  await deployment.publish(cancelOf(3));
  expect(deployment.google.pools.get('deployment')?.pool).toMatchObject({ holders: [], queue: [] });
});

test('a run without capacity gives its slot to another while it pauses', async () => {
  const deployment = fakeDeployment();
  deployment.google.context.settings.maxParallel = 1;
  deployment.google.faults.stockedOut = new Set(['local-a', 'local-b']);
  await deployment.publish(aCommit({ run: id(1) }));
  deployment.google.faults.stockedOut = undefined;
  await deployment.publish(aCommit({ run: id(2) }));
  expect(withVm(deployment)).toEqual([id(2)]);
  await deployment.sweep();
  await deployment.sweep();
  expect(deployment.summary(id(1)).message).toContain('max_parallel');
  await deployment.publish(cancelOf(2));
  expect(withVm(deployment)).toEqual([id(1)]);
});

test('the word to the next one is lost: the sweep makes up for it', async () => {
  const deployment = fakeDeployment();
  const { google } = deployment;
  google.context.settings.maxParallel = 1;
  await publishRuns(deployment, 2);
  const { ask } = google.context.bus;
  google.context.bus.ask = () => Promise.resolve();
  await deployment.publish(cancelOf(1));
  expect(withVm(deployment)).toEqual([]);
  google.context.bus.ask = ask;
  await deployment.sweep();
  expect(withVm(deployment)).toEqual([id(2)]);
});

test('a raised limit lets those in who wait', async () => {
  const deployment = fakeDeployment();
  deployment.google.context.settings.maxParallel = 1;
  await publishRuns(deployment, 3);
  deployment.google.context.settings.maxParallel = 3;
  await deployment.publish(aCommit({ run: id(4) }));
  await deployment.sweep();
  await deployment.sweep();
  expect(withVm(deployment)).toEqual([id(1), id(2), id(3)]);
});

test('two kinds that name their pools in different orders waited for each other for ever', async () => {
  const GPU = profilePool('gpu');
  const toy = toyKindIn(() => [DEPLOYMENT_POOL, GPU].map((pool) => ({ pool, max: 1 })));
  const deployment = fakeDeployment([...KINDS, toy]);
  const { google } = deployment;
  google.context.settings.maxParallel = 1;
  // Until the first sweep somebody holds the only slot of the deployment, who does not need it any more.
  const holders = [{ kind: 'toy', id: 'z' }];
  google.pools.set(DEPLOYMENT_POOL, { pool: { v: 1, max: 1, holders, queue: [] }, version: 1 });
  await deployment.publish({ type: 'toy-start', id: 'b', number: 1 });
  await deployment.publish(aCommit({ run: id(1), profile: 'gpu', maxParallel: 1 }));
  for (let minute = 0; minute < 20; minute++) await deployment.sweep();
  expect([...google.vms.keys()]).toHaveLength(1);
});
