// `rm`: what is removed, what is not, and what can never bring it back.
import { checkpointsPrefix, type CommitRequest } from '@mymlops/protocol';
import { handleEvent } from '../../functions/src/handlers/event';
import { aCommit, aMessage, aReport, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';
import { replaceInStore } from './store';

const remove = { v: 1, type: 'remove', run: RUN, by: 'ada', at: '2026-11-21T12:00:00.000Z' };
const cancel = { v: 1, type: 'cancel', run: RUN, by: 'ada', at: '2026-11-21T10:00:05.000Z' };
const published = { ...cancel, type: 'published', commit: 'd'.repeat(40) };

type Deployment = ReturnType<typeof fakeDeployment>;

/** A run that succeeded and whose VM is gone. */
async function ended(): Promise<Deployment> {
  const deployment = fakeDeployment();
  await deployment.publish(aCommit());
  await deployment.report(1, { phase: 'execute' });
  await deployment.finish(2);
  return deployment;
}

function expectRemoved({ google }: Deployment): void {
  expect([...google.documents.keys(), ...google.events.keys()]).toEqual([]);
  expect([...google.objects.keys()].filter((name) => name.startsWith('runs/'))).toEqual([]);
  expect([...google.removed.keys()]).toEqual([RUN]);
}

test('document, events and objects go; the snapshot and other runs stay', async () => {
  const deployment = await ended();
  const { google } = deployment;
  const others = ['sources/aaaa.bundle', `runs/${RUN}x/attempts/1/results/log.txt`];
  for (const name of others) google.objects.set(name, '');
  await deployment.publish(remove);
  expect([...google.objects.keys()]).toEqual(others);
  google.objects.clear();
  expectRemoved(deployment);
});

test('the tombstone tells who and when, and for how long it stays', async () => {
  const deployment = await ended();
  await deployment.publish(remove);
  const tombstone = deployment.google.removed.get(RUN);
  expect(tombstone).toMatchObject({ v: 1, by: 'ada' });
  const days = ((tombstone?.expiresAt.getTime() ?? 0) - Date.parse(tombstone?.at ?? '')) / 86_400_000;
  expect(Math.round(days)).toBe(90);
});

test('a cancel that waits for its commit can be removed: the commit then does not run', async () => {
  const deployment = fakeDeployment();
  await deployment.publish(cancel);
  await deployment.publish(remove);
  await deployment.publish(aCommit());
  expectRemoved(deployment);
  expect(deployment.google.created.size).toBe(0);
});

test('a commit that was not understood can be removed', async () => {
  const deployment = fakeDeployment();
  await deployment.publish({ ...aCommit(), v: 2 });
  await deployment.publish(remove);
  expectRemoved(deployment);
});

describe('a run that is live', () => {
  test.each([
    ['executes', async (deployment: Deployment) => deployment.report(1, { phase: 'execute' })],
    ['keeps its VM', async (deployment: Deployment) => deployment.finish(1)],
  ])('stays as it is when it %s', async (_what, play) => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit({ keepSeconds: 600 }));
    await play(deployment);
    const before = structuredClone(deployment.state());
    await deployment.publish(remove);
    expect(deployment.state()).toEqual(before);
    expect(deployment.google.removed.size).toBe(0);
  });

  test('is removed by none of the deliveries of a request that came too early', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    await deployment.publish(remove);
    await deployment.finish(1);
    expect(deployment.state()).toMatchObject({ end: { status: 'succeeded' } });
  });
});

describe('a run from whose checkpoint a retry resumes', () => {
  const RETRY = RUN.replace('abcd', 'efgh');
  const manifest = `${checkpointsPrefix(RUN, 1)}000001`;

  /** The retry waits for capacity. */
  async function resumed(overrides: Partial<CommitRequest> = {}): Promise<Deployment> {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit(overrides));
    await deployment.report(1, { phase: 'execute' });
    deployment.google.objects.set(manifest, '');
    await deployment.finish(2, { command: { exit: 1, timedOut: false } });
    deployment.google.faults.stockedOut = new Set(deployment.google.zones);
    await deployment.publish(aCommit({ run: RETRY, retryOf: RUN, resumeFrom: manifest }));
    return deployment;
  }

  test('was removed under it: it stays until the retry has ended', async () => {
    const deployment = await resumed();
    await deployment.publish(remove);
    expect(deployment.google.objects.has(manifest)).toBe(true);
    expect(deployment.state().removing).toBeUndefined();
    await deployment.publish({ ...cancel, run: RETRY });
    await deployment.publish(remove);
    expect([...deployment.google.removed.keys()]).toEqual([RUN]);
    expect(deployment.google.objects.has(manifest)).toBe(false);
  });

  test('is not asked to go by its retention before', async () => {
    const deployment = await resumed({ retentionSeconds: { failed: 60 } });
    await deployment.sweep();
    await deployment.sweep();
    expect(deployment.google.sweeps.flatMap(({ removed }) => removed)).toEqual([]);
    await deployment.publish({ ...cancel, run: RETRY });
    await deployment.sweep();
    expect([...deployment.google.removed.keys()]).toEqual([RUN]);
  });
});

test('the removal of a run that nobody knows leaves nothing behind', async () => {
  const deployment = fakeDeployment();
  await deployment.publish(remove);
  expect([deployment.google.documents.size, deployment.google.removed.size]).toEqual([0, 0]);
});

describe('after the removal', () => {
  test.each([
    ['its commit', aCommit()],
    ['a cancel', cancel],
    ['a push of its results', published],
    ['another removal', remove],
    ['an advance', { v: 1, type: 'advance', kind: 'run', id: RUN }],
    ['a commit that is not understood', { ...aCommit(), v: 2 }],
  ])('%s does not make it again', async (_name, message) => {
    const deployment = await ended();
    await deployment.publish(remove);
    await deployment.publish(message);
    expectRemoved(deployment);
    expect([...deployment.google.created.values()]).toEqual([1]);
  });

  test('a late report does not make it again', async () => {
    const deployment = await ended();
    await deployment.publish(remove);
    await handleEvent(aMessage(aReport({ seq: 9 })), deployment.google.context);
    expectRemoved(deployment);
    expect(deployment.google.queue).toEqual([]);
  });

  test('a VM of it that shows up is deleted', async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    await deployment.publish(aCommit());
    const [[key, vm] = []] = [...google.vms];
    await deployment.finish(1);
    await deployment.publish(remove);
    if (!key || !vm) throw new Error('there was no VM');
    google.vms.set(key, vm);
    await deployment.sweep();
    expect([...google.vms.keys()]).toEqual([]);
  });
});

test('a report that came again between the last two steps left an event behind without its run', async () => {
  const deployment = await ended();
  const { google } = deployment;
  replaceInStore(google, (store) => ({
    async remove(...given) {
      await handleEvent(aMessage(aReport({ seq: 1, state: { phase: 'execute' } })), google.context);
      return store.remove(...given);
    },
  }));
  await deployment.publish(remove);
  expectRemoved(deployment);
});

/** Lets the function die for good (no redelivery) when it makes the call `name`, once the run is marked. */
async function diesAt(deployment: Deployment, name: string): Promise<void> {
  const { google } = deployment;
  google.calls.before = (called) => {
    if (called === name) throw new Error('died');
  };
  google.queue.push(remove);
  await expect(deployment.settle(1)).rejects.toThrow('died');
  google.calls.before = () => {};
}

describe('a removal that died in the middle', () => {
  const STEPS = ['liveBucket.removeAll', 'resultsBucket.removeAll', 'runs.removeBelow', 'runs.remove'];

  test.each(STEPS)('at %s is shown as live, and finished by the sweep', async (step) => {
    const deployment = await ended();
    await diesAt(deployment, step);
    expect(deployment.summary()).toMatchObject({ status: 'succeeded', live: true });
    await deployment.sweep();
    expectRemoved(deployment);
  });

  test('a commit or a cancel meanwhile changes nothing of it', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(cancel);
    await diesAt(deployment, 'runs.remove');
    await deployment.publish(aCommit());
    expectRemoved(deployment);
    expect(deployment.google.created.size).toBe(0);
  });
});

test('a commit that was delivered twice, and whose second delivery slept through the whole run, made it again', async () => {
  const deployment = await ended();
  const { google } = deployment;
  await deployment.publish(remove);
  // What the sleeping delivery had read: no such run.
  let isFirst = true;
  replaceInStore(google, ({ load }) => ({
    load(id) {
      if (!isFirst) return load(id);
      isFirst = false;
      return Promise.resolve(undefined);
    },
  }));
  await deployment.publish(aCommit());
  expectRemoved(deployment);
});
