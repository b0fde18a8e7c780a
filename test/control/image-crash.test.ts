// The process dies at every external call of a build, before and after it took effect: the build ends nevertheless, with one
// image at most, and nothing else is left.
import { expectClean, IMAGE, imageDeployment, type ImageDeployment } from './image-builds';

interface Story {
  play: (images: ImageDeployment) => Promise<void>;
  status: 'ready' | 'failed' | 'cancelled' | 'removed';
}

/** An intent of a dead invocation is taken over only after a while. */
async function untilVm(images: ImageDeployment): Promise<void> {
  for (let sweeps = 0; images.google.vms.size === 0 && sweeps < 5; sweeps++) await images.sweep();
}

async function toTheEnd(images: ImageDeployment): Promise<void> {
  await images.publish(images.requests.build());
  await untilVm(images);
  await images.report({ phase: 'setup' });
  await images.report({ phase: 'scrub', scrubbed: true });
}

const stories: Record<string, Story> = {
  'a build that becomes an image': { play: toTheEnd, status: 'ready' },
  'one whose setup fails': {
    status: 'failed',
    async play(images) {
      await images.publish(images.requests.build());
      await untilVm(images);
      await images.report({ failure: { reason: 'setup-failed', message64: 'bm8=' } });
    },
  },
  'one that is cancelled': {
    status: 'cancelled',
    async play(images) {
      await images.publish(images.requests.build());
      await untilVm(images);
      await images.publish(images.requests.cancel());
    },
  },
  'an image that is removed': {
    status: 'removed',
    async play(images) {
      await toTheEnd(images);
      for (let sweeps = 0; images.isLive() && sweeps < 8; sweeps++) await images.sweep();
      await images.publish(images.requests.remove());
    },
  },
};

class Crash extends Error {}

/** Plays a story in which call number `at` dies; returns whether there was such a call. */
async function playWithCrash(story: Story, when: 'before' | 'after', at: number, looks: number): Promise<boolean> {
  const images = imageDeployment();
  const { google } = images;
  google.faults.looks = looks;
  let calls = 0;
  let hasCrashed = false;
  google.calls[when] = () => {
    if (++calls !== at) return;
    hasCrashed = true;
    throw new Crash();
  };
  await story.play(images);
  await images.sweep(8);
  if (story.status === 'removed') {
    expect(images.document()).toBeUndefined();
    expect([google.vms.size, google.disks.size]).toEqual([0, 0]);
  } else {
    expect(images.status()).toBe(story.status);
    expectClean(images);
  }
  expect([...google.images.keys()]).toEqual(story.status === 'ready' ? [IMAGE] : []);
  for (const count of google.created.values()) expect(count).toBe(1);
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
