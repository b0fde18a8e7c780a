// Builds of images in a Google in memory: requests, reports of the agent, sweeps.
import {
  IMAGES,
  type BuildRequest,
  type ImageReportState,
  type ImageState,
  type ImageSummary,
} from '@mymlops/protocol';
import { KINDS } from '../../functions/src/control/kinds';
import { handleEvent } from '../../functions/src/handlers/event';
import { handleRequest } from '../../functions/src/handlers/request';
import { handleSweep } from '../../functions/src/handlers/sweep';
import { aMessage } from '../fakes/builders';
import { genuineToken } from '../fakes/fake-tokens';
import { fakeGoogle } from '../fakes/google';
import { identityAttributes } from '../fakes/identity-attributes';

export const BUILD = '20261203-060000-abcd';
export const IMAGE = `mymlops-torch-${BUILD}`;

export const aBuild = (fields: Partial<BuildRequest> = {}): BuildRequest => ({
  v: 1,
  type: 'build',
  build: BUILD,
  submittedBy: 'ann',
  submittedAt: '2026-12-03T06:00:00.000Z',
  name: 'torch',
  setup: 'pip install torch',
  content: 'a'.repeat(64),
  maxBuildSeconds: 3600,
  machine: { provisioning: 'standard' },
  ...fields,
});

/** As the agent sends it: the text of a failure in base64. */
type SentState = Omit<Partial<ImageReportState>, 'failure'> & { failure?: { reason: string; message64: string } };

export function imageDeployment() {
  const google = fakeGoogle(KINDS);
  const { context, queue } = google;
  const time = (): string => new Date(google.nowMs).toISOString();
  /** Pub/Sub delivers a message again that was not handled. */
  const deliver = async (work: () => Promise<void>): Promise<void> => {
    for (let left = 5; ; left--) {
      google.nowMs += 1000;
      try {
        return await work();
      } catch (error) {
        if (left === 1) throw error;
      }
    }
  };
  const settle = async (): Promise<void> => {
    for (let message = queue.shift(); message; message = queue.shift()) {
      const request = message;
      await deliver(() => handleRequest(aMessage(request, time()), context));
    }
  };
  let seq = 0;
  const document = () => google.collection<ImageState>(IMAGES).get(BUILD);
  const known = (): ImageState => {
    const found = document();
    if (!found) throw new Error('no such build');
    return found.state;
  };
  const requests = {
    build: (fields: Partial<BuildRequest> = {}) => aBuild(fields),
    cancel: () => ({ v: 1, type: 'cancel-build', build: BUILD, by: 'bob', at: '2026-12-03T06:01:00.000Z' }),
    remove: () => ({ v: 1, type: 'remove-image', build: BUILD, by: 'bob', at: '2026-12-03T07:00:00.000Z' }),
  };
  return {
    google,
    requests,
    document,
    state: known,
    status: () => (document()?.summary as ImageSummary | undefined)?.status,
    isLive: () => document()?.summary.live,
    /** The VM of the newest attempt at Google. */
    vm() {
      const [found] = [...google.vms.values()].toReversed();
      if (!found) throw new Error('no VM');
      return found;
    },
    async publish(request: object): Promise<void> {
      queue.push(request);
      await settle();
    },
    async report(state: SentState, attempt = 1): Promise<void> {
      seq += 1;
      const phases = { boot: time() };
      const said = {
        ...{ v: 1, build: BUILD, attempt, boot: 'boot-0001', writer: 'agent', seq, kind: 'lifecycle', sentAt: time() },
        state: { phase: 'setup', phases, ...state },
      };
      const attributes = identityAttributes(genuineToken(`mymlops-image-${BUILD}-${attempt}`));
      await deliver(() => handleEvent(aMessage(said, time(), attributes), context));
      await settle();
    },
    async sweep(times = 1): Promise<void> {
      for (let left = times; left > 0; left--) {
        google.nowMs += 60_000;
        // A stop takes less than a minute, whether somebody waits for its operation or not.
        for (const vm of google.vms.values()) if (vm.status === 'STOPPING') vm.status = 'TERMINATED';
        await deliver(() => handleSweep(aMessage({ v: 1, type: 'tick' }, time()), context));
        await settle();
      }
    },
  };
}

export type ImageDeployment = ReturnType<typeof imageDeployment>;

/** Nothing is left that bills or that a sweep reads. */
export function expectClean({ google, state, isLive }: ImageDeployment): void {
  expect([google.vms.size, google.disks.size]).toEqual([0, 0]);
  expect(state().cleanedAt).toBeDefined();
  expect(google.pools.get('deployment')?.pool.holders ?? []).toEqual([]);
  expect(isLive()).toBe(false);
}
