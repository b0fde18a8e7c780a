// The process dies at every external call in the life of an instance, before and after it took effect: it gets where its user
// needs it nevertheless, with one VM and one disk.
import { aSpec, idleFor, instanceDeployment, type Instances } from './instances';

interface Story {
  play: (instance: Instances) => Promise<void>;
  status: 'ready' | 'stopped' | 'deleted';
}

/** A call that died is made up for by a sweep. */
async function until(instance: Instances, reached: () => boolean): Promise<void> {
  for (let sweeps = 0; !reached() && sweeps < 8; sweeps++) await instance.sweep();
}

async function started(
  instance: Instances,
  period: number,
  fields: Parameters<Instances['start']>[1] = {},
): Promise<void> {
  await instance.start(period, fields);
  await until(instance, () => instance.status() === 'starting');
  await instance.report({ phase: 'serve' });
}

async function stopped(instance: Instances, period: number): Promise<void> {
  await instance.stop(period);
  await until(instance, () => instance.status() === 'stopped');
}

const stories: Record<string, Story> = {
  'started, stopped, started again': {
    status: 'ready',
    async play(instance) {
      await started(instance, 1);
      await stopped(instance, 1);
      await started(instance, 2);
    },
  },
  'started again with another machine type and a larger disk': {
    status: 'ready',
    async play(instance) {
      await started(instance, 1);
      Object.assign(instance.vm() ?? {}, { machineType: 'e2-standard-2' });
      for (const disk of instance.google.disks.values()) Object.assign(disk, { sizeGb: 50 });
      await stopped(instance, 1);
      const machine = { provisioning: 'standard' as const, machineType: 'n2-standard-8', disk: { sizeGb: 200 } };
      await started(instance, 2, { spec: aSpec({ machine }) });
      expect(instance.vm()).toMatchObject({ machineType: 'n2-standard-8' });
      expect([...instance.google.disks.values()]).toMatchObject([{ sizeGb: 200 }]);
    },
  },
  'stopped because nobody works': {
    status: 'stopped',
    async play(instance) {
      await started(instance, 1);
      await instance.report(idleFor(4000));
      await until(instance, () => instance.control()['proposal'] !== undefined);
      await instance.report({
        ...idleFor(4100),
        answer: { proposal: Number(instance.control()['proposal']), says: 'going' },
      });
      Object.assign(instance.vm() ?? {}, { status: 'TERMINATED' });
      await until(instance, () => instance.status() === 'stopped');
    },
  },
  'deleted while it is on': {
    status: 'deleted',
    async play(instance) {
      await started(instance, 1);
      await instance.remove();
    },
  },
};

class Crash extends Error {}

/** Plays a story in which call number `at` dies; returns whether there was such a call. */
async function playWithCrash(story: Story, when: 'before' | 'after', at: number, looks: number): Promise<boolean> {
  const instance = instanceDeployment();
  const { google } = instance;
  google.faults.looks = looks;
  let calls = 0;
  let hasCrashed = false;
  google.calls[when] = () => {
    if (++calls !== at) return;
    hasCrashed = true;
    throw new Crash();
  };
  await story.play(instance);
  await instance.sweep(6);
  expect(instance.status()).toBe(story.status);
  const kept = story.status === 'deleted' ? 0 : 1;
  expect([google.vms.size, google.disks.size]).toEqual([kept, kept]);
  expect([...google.created.values()]).toEqual([1]);
  const holders = google.pools.get('instances')?.pool.holders ?? [];
  expect(holders).toHaveLength(story.status === 'ready' ? 1 : 0);
  return hasCrashed;
}

describe.each(Object.entries(stories))('%s', (_, story) => {
  test.each([
    ['before', 0],
    ['after', 0],
    ['before', 2],
    ['after', 2],
  ] as const)('survives a crash %s any of its external calls; operations take %d looks', async (when, looks) => {
    let at = 1;
    while (await playWithCrash(story, when, at, looks)) at++;
    expect(at).toBeGreaterThan(10);
  });
});
