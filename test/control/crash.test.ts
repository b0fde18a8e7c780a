// The process dies at every external call, before and after it took effect: the run ends nevertheless, and nothing is left.
import { aCommit, anOutput, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';

const cancel = { v: 1, type: 'cancel', run: RUN, by: 'ada', at: '2026-11-21T10:00:05.000Z' };

const remove = { v: 1, type: 'remove', run: RUN, by: 'ada', at: '2026-11-21T12:00:00.000Z' };

type Deployment = ReturnType<typeof fakeDeployment>;

interface Story {
  play: (deployment: Deployment) => Promise<void>;
  /** How the run ends; or that nothing of it is left. */
  status: 'succeeded' | 'cancelled' | 'failed' | 'removed';
}

const stories: Record<string, Story> = {
  'a run that succeeds and is pushed': {
    status: 'succeeded',
    async play(deployment) {
      await deployment.publish(aCommit({ outputRepository: anOutput }));
      await deployment.untilVm();
      await deployment.report(1, { phase: 'execute' });
      await deployment.finish(2);
      await deployment.report(3, { phase: 'publish', outcome: true, publication: { commit: 'd'.repeat(40) } });
    },
  },
  'a run that is cancelled while it executes': {
    status: 'cancelled',
    async play(deployment) {
      await deployment.publish(aCommit({ outputRepository: anOutput }));
      await deployment.untilVm();
      await deployment.report(1, { phase: 'execute' });
      await deployment.publish(cancel);
    },
  },
  'a run whose first VM vanishes': {
    status: 'succeeded',
    async play(deployment) {
      await deployment.publish(aCommit({ outputRepository: anOutput }));
      await deployment.untilVm();
      await deployment.report(1, { phase: 'execute' });
      deployment.google.vms.clear();
      for (
        let sweeps = 0;
        deployment.state().attempts[2]?.vm.periods[1]?.timeLimitVerifiedAt === undefined && sweeps < 8;
        sweeps++
      ) {
        await deployment.sweep();
      }
      await deployment.finish(2, {}, undefined, 2);
      await deployment.report(3, { phase: 'publish', outcome: true, publication: { commit: 'd'.repeat(40) } }, 2);
    },
  },
  'a run whose first zone is stocked out': {
    status: 'succeeded',
    async play(deployment) {
      deployment.google.faults.stockedOut = new Set(['local-a']);
      await deployment.publish(aCommit());
      await deployment.untilVm();
      const [vm] = deployment.google.vms.values();
      const attempt = Number(vm?.name.split('-').at(-1));
      await deployment.report(1, { phase: 'execute' }, attempt);
      await deployment.finish(2, {}, undefined, attempt);
    },
  },
  'a run whose insert fails': {
    status: 'failed',
    async play(deployment) {
      deployment.google.faults.insertFails = { code: 'QUOTA_EXCEEDED', message: 'CPUS' };
      await deployment.publish(aCommit());
    },
  },
  'a run that is removed, and whose commit then comes again': {
    status: 'removed',
    async play(deployment) {
      await deployment.publish(aCommit());
      await deployment.untilVm();
      await deployment.finish(1);
      for (let sweeps = 0; !deployment.state().cleanedAt && sweeps < 6; sweeps++) await deployment.sweep();
      await deployment.publish(remove);
      await deployment.publish(aCommit());
    },
  },
};

class Crash extends Error {}

/** Plays a story in which call number `at` dies; returns whether there was such a call. */
async function playWithCrash(name: string, when: 'before' | 'after', at: number, looks: number): Promise<boolean> {
  const story = stories[name];
  if (!story) throw new Error('no such story');
  const deployment = fakeDeployment();
  const { google } = deployment;
  google.faults.looks = looks;
  let calls = 0;
  let hasCrashed = false;
  google.calls[when] = () => {
    if (++calls !== at) return;
    hasCrashed = true;
    throw new Crash();
  };
  await story.play(deployment);
  for (let sweeps = 0; sweeps < 6; sweeps++) await deployment.sweep();
  if (story.status === 'removed') expectRemoved(deployment);
  else expect(deployment.state()).toMatchObject({ end: { status: story.status }, cleanedAt: expect.any(String) });
  expect([...google.vms.keys(), ...google.disks.keys()]).toEqual([]);
  for (const count of google.created.values()) expect(count).toBe(1);
  return hasCrashed;
}

function expectRemoved({ google }: Deployment): void {
  expect([...google.documents.keys(), ...google.events.keys(), ...google.objects.keys()]).toEqual([]);
  expect([...google.removed.keys()]).toEqual([RUN]);
}

describe.each(Object.keys(stories))('%s', (name) => {
  test.each([
    ['before', 0],
    ['after', 0],
    ['before', 2],
    ['after', 2],
  ] as const)('survives a crash %s any of its external calls; operations take %d looks', async (when, looks) => {
    let at = 1;
    while (await playWithCrash(name, when, at, looks)) at++;
    // The enumeration reached the end of the story: a dozen calls at the least.
    expect(at).toBeGreaterThan(10);
  });
});
